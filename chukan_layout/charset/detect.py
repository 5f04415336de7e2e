"""Which charset bytes may be in: a proposal with evidence, never a decision.

Rules of our own come first, because general detectors take full-width spaces for EBCDIC and half-width kana for
Cyrillic; what chardet says stands beside them.  Without shift codes a double-byte field cannot be told from its bytes: the
layout must say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from chukan_layout.charset import registry
from chukan_layout.charset.plausible import masked, score

#: Bytes that are looked at.
SAMPLE = 1 << 18
#: How much of a decoded text is looked at for its shape.
_TEXT = 1 << 15
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
_PAIR_GR = rb"(?:[\x41-\xfe][\xa1-\xfe]|\x40\x40)"
_PAIR_IBM = rb"(?:[\x41-\xfe][\x41-\xfe]|\x40\x40)"
#: Families of host charsets by their shift codes: pattern of a run, charsets that may be meant.
_HOSTS: tuple[tuple[str, re.Pattern[bytes], tuple[str, ...]], ...] = (
    ("keis", re.compile(rb"\x0a\x42(" + _PAIR_GR + rb"{1,400}?)\x0a\x41"), ("keis83", "keis83-ebcdic", "keis78", "keis90")),
    ("jips-e", re.compile(rb"\x3f\x75((?:[^\x00-\x3f]{2}){1,400}?)\x3f\x76"), ("jips-e", "jips-e-a")),
    ("ibm", re.compile(rb"\x0e(" + _PAIR_IBM + rb"{1,400}?)\x0f"), ("ibm930", "ibm939", "ibm1390", "ibm1399")),
    ("jef", re.compile(rb"[\x28\x38](" + _PAIR_GR + rb"{1,400}?)\x29"), ("jef-kana", "jef-lower", "jef-ascii")),
    ("jips-j", re.compile(rb"\x1a\x70((?:[\x21-\x7e]{2}|[\xa1-\xfe]{2}){1,400}?)\x1a\x71"), ("jips-j",)),
    ("lets-j", re.compile(rb"\x93\x70((?:[\xa1-\xfe][\x21-\xfe]|\x20\x20){1,400}?)\x93\xf1"), ("lets-j",)),
)
_EBCDIC = ("ibm930", "ibm939", "jef-kana", "jef-lower", "keis83", "jips-e")


def family(name: str) -> tuple[str, ...]:
    """The charsets of hosts that share shift codes with ``name``, which differ in their single bytes."""
    return next((names for _, _, names in _HOSTS if name in names), ())


class Candidate(NamedTuple):
    """A charset with how sure it is (0 to 1), why in Japanese and English, and its first records masked."""

    name: str
    confidence: float
    evidence: tuple[tuple[str, str], ...]
    records: tuple[str, ...]


class Detection(NamedTuple):
    """Candidates, best first; ``chardet`` is what that library says, with its own confidence."""

    candidates: tuple[Candidate, ...]
    chardet: tuple[str, float]

    @property
    def best(self) -> str:
        """The first candidate's name; empty when there is none."""
        return self.candidates[0].name if self.candidates else ""


class _Guess(NamedTuple):
    name: str
    weight: float
    ja: str
    en: str


class _Counts(NamedTuple):
    """Shares of bytes in the sample."""

    size: int
    high: float
    digits: float
    space: float
    ascii: float
    ascii_digits: float
    nul: float


def detect(raw: bytes) -> Detection:
    """What ``raw``, the beginning of a file, may be in.  Empty candidates for what is no text."""
    sample = raw[:SAMPLE]
    if not sample:
        return Detection((), ("", 0.0))
    guesses: dict[str, _Guess] = {}
    for guess in _guesses(sample):
        if guess.name not in guesses or guess.weight > guesses[guess.name].weight:
            guesses[guess.name] = guess
    ranked = sorted(guesses.values(), key=lambda g: -g.weight)[:5]
    opinion = _chardet(sample)
    found = []
    for n, guess in enumerate(ranked):
        nearest = ranked[1].weight if n == 0 and len(ranked) > 1 else ranked[0].weight
        gap = guess.weight - nearest if n == 0 and len(ranked) > 1 else guess.weight - ranked[0].weight
        sure = min(1.0, max(0.05, guess.weight * 0.8 + gap * 0.4)) if n or len(ranked) > 1 else min(1.0, guess.weight)
        evidence = [(guess.ja, guess.en)]
        if opinion[0] == guess.name:
            evidence.append((f"chardet も同じ ({opinion[1]:.2f})", f"chardet agrees ({opinion[1]:.2f})"))
        found.append(Candidate(guess.name, round(sure, 2), tuple(evidence), _records(sample, guess.name)))
    return Detection(tuple(found), opinion)


def _guesses(b: bytes) -> Iterator[_Guess]:
    for mark, name in _BOMS:
        if b.startswith(mark):
            yield _Guess(name, 1.0, "BOM がある", "has a byte order mark")
            return
    counts = _counts(b)
    escapes = re.findall(rb"\x1b(?:\$[@B]|\$\([BDOPQ]|\([BJI])", b)
    if escapes and counts.high == 0:
        newer = any(e[:3] == b"\x1b$(" and e[3:] in (b"O", b"P", b"Q") for e in escapes)
        name = "iso-2022-jp-2004" if newer else "iso-2022-jp"
        yield _Guess(name, 1.0, f"エスケープ {len(escapes)} 個", f"{len(escapes)} escapes")
        return
    hosts = list(_host_guesses(b, counts))
    yield from hosts
    if hosts and hosts[0].weight > 0.9:
        return
    if counts.high == 0 and counts.nul == 0 and not _ebcdic(counts):
        yield _Guess("utf-8", 0.6, "ASCII だけ", "ASCII alone")
        yield _Guess("cp932", 0.5, "ASCII だけ", "ASCII alone")
        return
    yield from _unicode_guesses(b, counts)
    if not _ebcdic(counts):
        yield from _pc_guesses(b)
    elif not hosts:
        yield from _bare_ebcdic(b)


def _counts(b: bytes) -> _Counts:
    size = len(b)

    def share(first: int, last: int) -> float:
        return (size - len(b.translate(None, bytes(range(first, last + 1))))) / size

    # 81 40 is the full-width space of Shift_JIS, not the space of EBCDIC.
    space = share(0x40, 0x40) - b.count(b"\x81\x40") / size
    return _Counts(size, share(0x80, 0xFF), share(0xF0, 0xF9), space, share(0x20, 0x7E), share(0x30, 0x39), share(0, 0))


def _ebcdic(c: _Counts) -> bool:
    spaces = c.space > 0.03 and c.space > 4 * max(c.ascii - c.space, 0.0) / 10
    digits = c.digits > 0.15 and c.ascii - c.space < 0.35
    return c.size >= 8 and c.ascii_digits < 0.05 and (digits or (spaces and c.ascii - c.space < 0.35))


def _text(b: bytes, name: str) -> tuple[str, int, int]:
    """The text as far as it is whole, codes without a character, user-defined codes."""
    made = registry.codec(registry.get(name))
    out, _, _, problems = made.decode_part(b, (0, 0, 0, 0), False)
    text = bytes(memoryview(out)).decode()
    users = sum(kind == "user-defined" for _, _, kind in problems)
    return text, len([k for _, _, k in problems if k in ("undefined", "odd-byte")]), users


# -- hosts ------------------------------------------------------------------------------------------------------------


def _host_guesses(b: bytes, counts: _Counts) -> Iterator[_Guess]:
    found = []
    for family, pattern, names in _HOSTS:
        runs = [m[1] for m in pattern.finditer(b)]
        if not runs:
            continue
        good = [run for run in runs if _defined(run, names[0]) >= 0.9]
        inside = sum(map(len, good))
        if good and (inside >= 6 or _ebcdic(counts)):
            found.append((inside, len(good), family, names))
    if not found:
        return
    found.sort(reverse=True)
    most = found[0][0]
    for inside, count, family, names in found:
        if family in ("jips-j", "lets-j") and counts.high > 0.5 and most < 12:
            continue
        weight = (1.0 if inside == most else 0.4 * inside / most) - (0.0 if _fits(family, counts) else 0.5)
        best = sorted(((single_score(b, name), -n, name) for n, name in enumerate(names)), reverse=True)
        for place, (_, _, name) in enumerate(best[:2]):
            ja = f"シフトコードに囲まれた漢字の列 {count} 個、{inside // 2} 文字"
            en = f"{count} runs of {inside // 2} kanji between shift codes"
            yield _Guess(name, weight - 0.15 * place, ja, en)


def _fits(family: str, counts: _Counts) -> bool:
    """Whether the single bytes are of the right world: ASCII for JIPS(J) and LETS-J, EBCDIC for the others."""
    plain = counts.ascii_digits > counts.digits or counts.high == 0
    return plain if family in ("jips-j", "lets-j") else not (counts.ascii_digits > 0.15 and counts.digits < 0.02)


def _defined(run: bytes, name: str) -> float:
    charset = registry.get(name)
    text, problems = registry.codec(charset).decode(run, "double")
    lost = sum(kind in ("undefined", "odd-byte") for _, _, kind in problems)
    kana = sum(score(c) > 0.2 for c in text)
    return 1 - lost / max(len(run) // 2, 1) if kana * 2 >= len(text) else 0.0


def single_score(b: bytes, name: str) -> float:
    """How well the single bytes read under a variant: letters and kana, few holes, marks after their kana."""
    made = registry.codec(registry.get(name))
    out, _, _, problems = made.decode_part(b[:_TEXT], (0, 0, 0, 0), False)
    text = bytes(memoryview(out)).decode()
    lost = sum(kind in ("undefined", "odd-byte") for _, _, kind in problems)
    half = [c for c in text if "｡" <= c <= "ﾟ" or c.isascii()]
    lower = sum(c.islower() for c in half)
    kana = sum("ｦ" <= c <= "ﾟ" for c in half)
    marks = sum(c in "ﾞﾟ" and before not in "ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ" for before, c in zip(" " + text, text, strict=False))
    odd = sum(c in "｡｢｣､·£¬¦" for c in half)
    mixed = len(re.findall(r"[ｦ-ﾟ][A-Za-z]|[A-Za-z][ｦ-ﾟ]", text))
    return (kana * 0.5 + lower * 0.47 - lost * 2 - marks * 2 - odd - mixed) / max(len(half), 1)


def _bare_ebcdic(b: bytes) -> Iterator[_Guess]:
    best = sorted(((single_score(b, name), -n, name) for n, name in enumerate(_EBCDIC)), reverse=True)
    for place, (_, _, name) in enumerate(best[:4]):
        ja = "EBCDIC の数字・空白。漢字がなく、メーカーは分からない"
        en = "digits and spaces of EBCDIC; without kanji the vendor cannot be told"
        yield _Guess(name, 0.5 - 0.05 * place, ja, en)


# -- Unicode and PC ---------------------------------------------------------------------------------------------------


def _unicode_guesses(b: bytes, counts: _Counts) -> Iterator[_Guess]:
    text, lost, _ = _text(b, "utf-8")
    if counts.high and not lost and counts.nul < 0.2:
        looks = score(text)
        # Valid UTF-8 of six bytes and more is hardly ever anything else.
        if looks > 0 or counts.high * counts.size >= 6:
            yield _Guess("utf-8", min(1.0, 0.9 + max(looks, 0) * 0.1), "UTF-8 として正しい", "valid UTF-8")
    if counts.size % 2 == 0 or counts.size >= SAMPLE or counts.size > 256:
        for name in ("utf-16le", "utf-16be"):
            text, lost, users = _text(b, name)
            if not text or (lost + users) * 20 > len(text):
                continue
            text = text[:_TEXT]
            wide = len(re.sub(r"[\0-\x7f]+", "", text))
            plain = len(text) - wide - len(re.findall(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]", text))
            looks = (plain + max(score(text), -1.0) * wide) / len(text)
            if looks > 0.6:
                weight = 0.75 + 0.2 * looks if counts.nul > 0.02 or _both_rows(b, name) else 0.25 + 0.45 * looks
                ja = "2バイトずつ読むと日本語の文字になる"
                yield _Guess(name, weight, ja, "two bytes each read as Japanese")


def _both_rows(b: bytes, name: str) -> bool:
    """Whether many high bytes are those of kana, full-width and common kanji in UTF-16."""
    rows = b[1::2] if name == "utf-16le" else b[0::2]
    return sum(row in (0x30, 0xFF) or 0x4E <= row <= 0x9F for row in rows) > 0.95 * len(rows) and 0x30 in rows


def _pc_guesses(b: bytes) -> Iterator[_Guess]:
    best: dict[str, float] = {}
    for name in ("cp932", "shift-jis-2004", "euc-jp", "euc-jis-2004"):
        text, lost, _ = _text(b, name)
        if lost * 50 > len(text) or not text:
            continue
        looks = score(text) - lost / max(len(text), 1)
        if name.startswith("euc"):
            looks += 0.05
            if _kana_of_euc(b):
                looks += 0.35
        elif _kana_of_euc(b):
            looks -= 0.3
        family = name[:3]
        # The newer sets are proposed only where the older ones cannot read the bytes.
        if name.endswith("2004") and (looks <= best.get(family, -9.0) + 0.15):
            continue
        key = "shi" if name == "cp932" else family
        best[key] = max(best.get(key, -9.0), looks)
        best[family] = max(best.get(family, -9.0), looks)
        kanji = len(re.findall(r"[ぁ-ヾ一-龠]", text))
        ja = f"読めない符号 {lost} 個、日本語らしさ {looks:.2f}、かな漢字 {kanji} 文字"
        en = f"{lost} codes without a character, looks Japanese {looks:.2f}, {kanji} kana and kanji"
        yield _Guess(name, max(0.02, min(0.95, 0.4 + looks / 2)), ja, en)


def _kana_of_euc(b: bytes) -> bool:
    """Half-width kana of EUC: every second high byte is 8E."""
    high = len(b.translate(None, bytes(range(0x80))))
    return b.count(0x8E) >= 3 and b.count(0x8E) * 2.2 > high


# -- the second opinion, and what is shown ----------------------------------------------------------------------------

_CHARDET = {
    "shift_jis": "cp932", "cp932": "cp932", "windows-31j": "cp932", "euc-jp": "euc-jp", "euc_jp": "euc-jp",
    "iso-2022-jp": "iso-2022-jp", "utf-8": "utf-8", "utf-8-sig": "utf-8", "ascii": "utf-8",
    "utf-16": "utf-16le", "utf-16le": "utf-16le", "utf-16be": "utf-16be", "utf-16-le": "utf-16le", "utf-16-be": "utf-16be",
}  # fmt: skip


def _chardet(b: bytes) -> tuple[str, float]:
    import chardet

    said = chardet.detect(b[: 1 << 14])
    name = str(said.get("encoding") or "")
    return _CHARDET.get(name.lower(), name), float(said.get("confidence") or 0.0)


def _records(b: bytes, name: str) -> tuple[str, ...]:
    """The first three lines, or the first 60 characters three times, masked."""
    text = _text(b[:4096], name)[0].removeprefix("\ufeff")
    lines = [line for line in re.split(r"[\r\n\u0085]+", text) if line.strip()] if re.search(r"[\r\n\u0085]", text) else []
    parts = lines or [text[at : at + 60] for at in range(0, min(len(text), 180), 60)]
    return tuple(masked(part[:60]) for part in parts[:3])
