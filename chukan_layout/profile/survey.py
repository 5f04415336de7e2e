"""A file to its profile: what it is in, how it is divided, then one pass over all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from chukan_layout import _kernel
from chukan_layout.charset import registry
from chukan_layout.charset.detect import Detection, detect, family, single_score
from chukan_layout.profile import keys
from chukan_layout.profile.dialect import dialect_of
from chukan_layout.profile.fixed import Span, fields, has_words
from chukan_layout.profile.fixed import record_length as record_lengths
from chukan_layout.profile.judge import as_bytes, column
from chukan_layout.profile.model import Column, Encoding, FileProfile, Fixed
from chukan_layout.profile.stream import Decoded, feed, feed_fixed
from chukan_layout.profile.usual import usual

#: Bytes from which charset and dialect are told.
START = 1 << 20
_NEWLINES = {"lf": 10, "crlf": 10, "cr": 13}
_NO_TEXT = {
    b"PAR1": ("Parquet です", "Parquet"), b"PK\x03\x04": ("Excel か zip です", "Excel or zip"),
    b"<?xml": ("XML です", "XML"), b"%PDF": ("PDF です", "PDF"), b"\x1f\x8b": ("gzip です", "gzip"), b"SQLite": ("SQLite です", "SQLite"),
    b"\xd0\xcf\x11\xe0": ("古い形式の Office 文書です", "an old Office document"),
}  # fmt: skip


class Surveyed(NamedTuple):
    """``survey`` holds what comparing files needs; None for a file that could not be read."""

    profile: FileProfile
    survey: _kernel.Survey | None


def profile_file(path: Path, name: str, encoding: str = "", key: Sequence[str] = (), record_length: int = 0) -> Surveyed:
    """The profile of one file.

    ``encoding`` pins the charset, ``record_length`` the length; ``key`` names columns to be tried as one.

    Raises OSError, ``registry.UnknownCharset``.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(START)
    pinned = registry.get(encoding) if encoding else None
    found = detect(start)
    said = _encoding(found, pinned)
    for mark, (ja, en) in _NO_TEXT.items():
        if start.startswith(mark) and not pinned:
            return _refused(name, size, said, f"{ja}。中身を取り出したものを指定してください。", f"it is {en}; name what is in it")
    if not start or not said.name:
        ja, en = ("空のファイルです。", "the file is empty") if not start else (
            "文字のファイルではないか、文字コードの手がかりがありません。--encoding で指定してください。",
            "no text, or no clue to its charset; name it with --encoding")  # fmt: skip
        return _refused(name, size, said, ja, en)
    charset = pinned or registry.get(said.name)
    told = dialect_of(_text(charset, start)) if charset.kind != "host" and not record_length else None
    if told is not None:
        dialect, head, width = told
        names = _names(head, width)
        newline = _NEWLINES[dialect.newline]
        quote = ord(dialect.quote) if dialect.quote else None

        def delimited(most: int | None, survey: _kernel.Survey) -> int:
            parts = Decoded(path, registry.codec(charset), most)
            feed(parts, survey, newline, dialect.header)
            return parts.undecodable

        def new(sets: Sets) -> _kernel.Survey:
            return _kernel.Survey(width, ord(dialect.delimiter), quote, newline, usual(), [list(s) for s in sets])

        over = _passes(names, new, delimited)
        return _file(FileProfile(name, size, "delimited", said, dialect=dialect, notes=_notes(head)), over, names, key)
    if not record_length and has_words(start):
        ja = "レコードごとに長さ (RDW) のある可変長のようです。マッピングかコピー句で読みます。"
        return _refused(name, size, said, ja, "records with length words (RDW): read them with a mapping or a copybook")
    fixed = _stated(record_length, size) if record_length else record_lengths(start, size, charset)
    if fixed is None:
        ja = "区切りもレコード長も見つかりません。--record-length か --encoding で指定してください。"
        return _refused(name, size, said, ja, "neither a delimiter nor a length of records is found; name --record-length or --encoding")
    spans = fields(start, fixed, charset)
    if not pinned and (better := _variant(charset, start, fixed, spans)):
        charset, said = better, replace(said, name=better.name, others=(charset.name, *(o for o in said.others if o != better.name)))
        spans = fields(start, fixed, charset)
    names = [f"列{n + 1}" for n in range(len(spans))]
    places = [(span.start, span.length, span.mode) for span in spans]

    def records(most: int | None, survey: _kernel.Survey) -> int:
        return feed_fixed(path, survey, charset.table, fixed.length, places, most)

    over = _passes(names, lambda sets: _kernel.Survey(len(spans), 0, None, 10, usual(), [list(s) for s in sets]), records, places)
    notes = (("項目の区切りは、バイトの並びからの案です。", "the fields are a proposal made from the bytes"), *_remainder(size, fixed))
    return _file(FileProfile(name, size, "fixed", said, fixed=fixed, notes=notes), over, names, key)


Sets = Sequence[tuple[int, ...]]
Over = Callable[[int | None, Sets], tuple[_kernel.Survey, tuple[Column, ...], int]]


def _passes(
    names: Sequence[str], new: Callable[[Sets], _kernel.Survey], fill: Callable[[int | None, _kernel.Survey], int],
    places: Sequence[tuple[int, int, str]] = (),
) -> Over:  # fmt: skip
    """A function that goes over the file (as far as so many bytes), with sets of columns to be tried as keys."""

    def over(most: int | None, sets: Sets) -> tuple[_kernel.Survey, tuple[Column, ...], int]:
        survey = new(sets)
        undecodable = fill(most, survey)
        starts: list[int | None] = [at for at, *_ in places] or [None] * len(names)
        columns = (column(survey, n, names[n], starts[n]) for n in range(len(names)))
        if places:
            columns = (as_bytes(c, *place[1:]) for c, place in zip(columns, places, strict=True))
        return survey, tuple(columns), undecodable

    return over


def _variant(
    charset: registry.Charset, start: bytes, fixed: Fixed, spans: Sequence[Span]
) -> registry.Charset | None:
    """The charset with the same shift codes whose single bytes read better, now that numbers in half bytes are apart."""
    single = [span for span in spans if span.mode == "single"]
    if not family(charset.name) or not single:
        return None
    records = range(0, len(start) - fixed.length + 1, fixed.length)
    raw = b"".join(start[at + s.start : at + s.start + s.length] for at in records[:400] for s in single)
    best = max([charset.name, *family(charset.name)], key=lambda name: single_score(raw, name))
    return None if best == charset.name else registry.get(best)


def _stated(length: int, size: int) -> Fixed:
    return Fixed(length, "", 1.0, size % length == 0)


def _remainder(size: int, fixed: Fixed) -> tuple[tuple[str, str], ...]:
    left = size % fixed.length
    if not left:
        return ()
    return ((f"最後に {left} バイトの端数があります。", f"{left} bytes are left at the end"),)


def _refused(name: str, size: int, said: Encoding, ja: str, en: str) -> Surveyed:
    return Surveyed(FileProfile(name, size, "", said, notes=((ja, en),)), None)


def _encoding(found: Detection, pinned: registry.Charset | None) -> Encoding:
    if pinned:
        return Encoding(pinned.name, 1.0, (("指定", "as told"),))
    if not found.candidates:
        return Encoding("", 0.0, ())
    best, *others = found.candidates
    return Encoding(best.name, best.confidence, best.evidence, tuple(c.name for c in others))


def _text(charset: registry.Charset, start: bytes) -> str:
    out, *_ = registry.codec(charset).decode_part(start, (0, 0, 0, 0), len(start) < START)
    return bytes(memoryview(out)).decode().removeprefix("\ufeff")


def _file(file: FileProfile, over: Over, names: Sequence[str], key: Sequence[str]) -> Surveyed:
    # The beginning says which columns together may be the key, so that one pass over the file is enough.
    stated = tuple(sorted(names.index(one) for one in key)) if set(key) <= set(names) else ()
    trial = over(None if file.bytes <= START else START, [])
    tried = _tried(trial[1], trial[0].records()[0], stated)
    whole_seen = file.bytes <= START and not tried
    survey, columns, undecodable = trial if whole_seen else over(None, tried)
    records, ragged, ragged_at, duplicates = survey.records()
    found = keys.single(columns, records)
    if not tried and (late := _tried(columns, records, stated)):
        tried = late
        found = [*keys.together(columns, tried, over(None, tried)[0].repeated(), stated), *found]
    elif tried:
        more = keys.together(columns, tried, survey.repeated(), stated)
        found = [*found, *more] if any(one.repeated == 0 for one in found) else [*more, *found]
    header = file.dialect is not None and file.dialect.header
    whole = replace(
        file, records=records, ragged=ragged, ragged_at=tuple(n + header for n in ragged_at), undecodable=undecodable,
        duplicates=duplicates, columns=columns, keys=tuple(found), notes=(*file.notes, *_never(columns)),
    )  # fmt: skip
    return Surveyed(whole, survey)


def _tried(columns: Sequence[Column], records: int, stated: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Sets of columns to be tried as keys: none where one column alone is, but for the ``stated`` one."""
    alone = [one for one in keys.single(columns, records) if one.repeated == 0]
    sets = [] if alone else keys.sets(columns, records)
    if stated and not any({one.columns[0]} <= {columns[n].name for n in stated} for one in alone):
        return [stated, *(some for some in sets if some != stated)]
    return sets


def _names(head: Sequence[str], width: int) -> list[str]:
    """The header, with names of their own for columns without one or with one that is there already."""
    names: list[str] = []
    for n in range(width):
        name = head[n] if n < len(head) and head[n] else f"列{n + 1}"
        names.append(name if name not in names else f"{name} ({n + 1})")
    return names


def _notes(head: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return () if head else (("見出しがありません。列の名前は 列1 … としました。", "no header; the columns are called 列1 …"),)


def _never(columns: Sequence[Column]) -> tuple[tuple[str, str], ...]:
    never = [c.name for c in columns if not c.filled]
    some = "、".join(never[:8]) + ("…" if len(never) > 8 else "")
    return ((f"値のない列 {len(never)}: {some}", f"{len(never)} columns without a value: {some}"),) if never else ()
