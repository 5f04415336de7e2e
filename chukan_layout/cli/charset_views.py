"""How charsets look: tables and text for people, JSON, CSV and TSV for programs.  Pure functions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from rich.table import Table

from chukan_layout.charset.detect import Detection
from chukan_layout.charset.registry import Charset, Decoded, Encoded, codec, get
from chukan_layout.charset.user import UserTable
from chukan_layout.cli.language import Lang
from chukan_layout.write.csv_text import csv_text

_HEADS = {
    "ja": ("名前", "種類", "説明", "符号", "外字", "シフトコード", "別名"),
    "en": ("name", "kind", "title", "codes", "user-defined", "shift codes", "also"),
}
KINDS = {
    "undefined": ("文字のない符号(保存する)", "no character (kept)"),
    "user-defined": ("外字", "user-defined"),
    "odd-byte": ("片方だけのバイト(保存する)", "half of a pair (kept)"),
    "missing-shift-out": ("閉じるシフトコードがない", "shift code never ended"),
    "redundant-shift": ("効果のないシフトコード", "shift code without effect"),
    "missing": ("この文字コードにない文字(〓 か ? で書く)", "character that the charset lacks (written as 〓 or ?)"),
}
#: Why a line of a table was left out.
_REASONS = {
    "doubt": ("疑いの印がある", "marked as doubtful"),
    "unmappable": ("対応する文字がない", "no such character"),
    "encode_only": ("書くためだけ", "for writing only"),
    "duplicate": ("同じ符号が二度ある", "the code is given twice"),
}


def _row(made: Charset, aliases: Mapping[str, str], lang: Lang) -> tuple[object, ...]:
    also = " ".join(sorted(alias for alias, name in aliases.items() if name == made.name))
    shifts = " ".join(code for codes in made.shifts[::-1] for code in codes)
    return (made.name, made.kind, _title(made, lang), made.codes or "", made.users or "", shifts, also)


def _title(made: Charset, lang: Lang) -> str:
    return made.title_en if lang == "en" else made.title_ja


def list_table(made: Sequence[Charset], aliases: Mapping[str, str], lang: Lang) -> Table:
    """One line per charset."""
    table = Table(header_style="bold")
    for n, head in enumerate(_HEADS[lang]):
        table.add_column(head, justify="right" if n in (3, 4) else "left", overflow="fold", no_wrap=n == 0)
    for one in made:
        table.add_row(*map(str, _row(one, aliases, lang)))
    return table


def list_csv(made: Sequence[Charset], aliases: Mapping[str, str]) -> str:
    """One line per charset with where its table is from."""
    return csv_text([(*_HEADS["ja"], "出所"), *((*_row(one, aliases, "ja"), one.source) for one in made)])


def list_json(made: Sequence[Charset], aliases: Mapping[str, str]) -> str:
    """``[{name, kind, title_ja, ..., aliases}]``."""
    value = [
        _facts(one) | {"aliases": sorted(alias for alias, name in aliases.items() if name == one.name)} for one in made
    ]
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _facts(made: Charset) -> dict[str, object]:
    return {
        "name": made.name,
        "kind": made.kind,
        "title_ja": made.title_ja,
        "title_en": made.title_en,
        "source": made.source,
        "codes": made.codes,
        "user_defined": made.users,
        "shifts": [list(codes) for codes in made.shifts],
        "space": f"{made.space:02X}",
        "wide_space": f"{made.wide_space:04X}",
        "policies": vars(made.policies),
        "sha256": hashlib.sha256(made.table).hexdigest(),
    }


def show_json(made: Charset) -> str:
    """What is known of a charset."""
    return json.dumps(_facts(made), ensure_ascii=False, indent=2) + "\n"


def show_text(made: Charset, lang: Lang) -> str:
    """What is known of a charset, for people."""
    ja = lang == "ja"
    facts = _facts(made)
    lines = [
        f"{made.name}  {_title(made, lang)}",
        f"{'出所' if ja else 'source'}: {made.source}",
        f"{'符号' if ja else 'codes'}: {made.codes}  {'外字' if ja else 'user-defined'}: {made.users}",
        f"{'空白' if ja else 'spaces'}: {facts['space']} {facts['wide_space']}",
        f"{'選択' if ja else 'policies'}: " + " ".join(f"{k}={v}" for k, v in vars(made.policies).items()),
        f"sha256: {facts['sha256']}",
    ]
    for n, codes in enumerate(made.shifts):
        if codes:
            lines.insert(3 + n, f"{'シフトコード' if ja else 'shift codes'} {n}: {' '.join(codes)}")
    return "\n".join(lines) + "\n"


def decoded(found: Decoded, form: str, lang: Lang) -> str:
    """The text of bytes with what was odd about them."""
    if form == "json":
        problems = [p._asdict() for p in found.problems]
        return json.dumps({"text": found.text, "problems": problems}, ensure_ascii=False) + "\n"
    lines = [found.text, " ".join(f"U+{ord(c):04X}" for c in found.text)]
    lines += [f"{p.offset}: {p.hex} {KINDS[p.kind][lang == 'en']}" for p in found.problems]
    return "\n".join(lines) + "\n"


def encoded(found: Encoded, form: str, lang: Lang) -> str:
    """The bytes of a text with the characters that are missing."""
    if form == "json":
        return json.dumps({"hex": found.raw.hex().upper(), "missing": found.missing}, ensure_ascii=False) + "\n"
    word = "no such character" if lang == "en" else "この文字コードにない"
    missing = [f"{index}: U+{ord(c):04X} {word}" for index, c in found.missing]
    return "\n".join([found.raw.hex().upper(), *missing]) + "\n"


def _codes(made: Charset) -> Iterator[tuple[str, str]]:
    """Code and text of every code of one and of two bytes."""
    reader = codec(made)
    doubles = [pair for pair in range(0x10000) if made.kind == "host" or made.shifts or pair >> 8 >= 0x81]
    singles = [(f"{b:02X}", bytes((b,)), "single") for b in range(256)]
    for code, raw, mode in [*singles, *((f"{p:04X}", p.to_bytes(2, "big"), "double") for p in doubles)]:
        text, problems = reader.decode(raw, mode)
        if all(kind == "user-defined" for _, _, kind in problems) and 0 < len(text) <= 2:
            if made.kind == "pc" and len(raw) == 2 and len(text) == 2 and reader.decode(raw[:1], "single")[0] == text[0]:
                continue  # two characters of one byte
            yield code, text


def tsv(made: Charset) -> str:
    """The codes of one and of two bytes, as ``charset add`` reads them."""
    rows = (f"{code}\t{'+'.join(f'{ord(c):04X}' for c in text)}\n" for code, text in _codes(made))
    return "code\tunicode\n" + "".join(rows)


def detect_table(found: Sequence[tuple[str, Detection]], lang: Lang) -> Table:
    """Candidates of each file, best first."""
    ja = lang == "ja"
    heads = ("ファイル", "候補", "確信度", "根拠", "最初のレコード(文字は種類だけ)") if ja else (
        "file", "candidate", "confidence", "evidence", "first records (masked)")  # fmt: skip
    table = Table(header_style="bold")
    for n, head in enumerate(heads):
        table.add_column(head, justify="right" if n == 2 else "left", overflow="fold")
    for name, detection in found:
        for n, one in enumerate(detection.candidates):
            evidence = "\n".join(said[0 if ja else 1] for said in one.evidence)
            table.add_row(name if n == 0 else "", one.name, f"{one.confidence:.2f}", evidence, "\n".join(one.records))
        if not detection.candidates:
            table.add_row(name, "—", "", "文字のファイルではないか、手がかりがない" if ja else "no text, or no clue", "")
        said, confidence = detection.chardet
        if said and said != detection.best:
            table.add_row("", "", "", f"chardet: {said} ({confidence:.2f})", "")
    return table


def detect_json(found: Sequence[tuple[str, Detection]]) -> str:
    """``[{file, candidates: [{name, confidence, evidence, records}], chardet}]``."""
    value = [
        {
            "file": name,
            "candidates": [
                {
                    "name": one.name,
                    "confidence": one.confidence,
                    "evidence": [{"ja": ja, "en": en} for ja, en in one.evidence],
                    "records": list(one.records),
                }
                for one in detection.candidates
            ],
            "chardet": {"name": detection.chardet[0], "confidence": round(detection.chardet[1], 2)},
        }
        for name, detection in found
    ]
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def added(table: UserTable, base: Charset, made: Charset, lang: Lang) -> str:
    """What a new table brought: codes, those that the base had otherwise, lines left out with the reason."""
    ja = lang == "ja"
    before, after = dict(_codes(get(base.name))), dict(_codes(made))
    other = [code for code, text in after.items() if code in before and before[code] != text]
    fresh = sum(code not in before for code in after)
    lines = [
        f"{table.name}: {len(table.rows)} 行を {base.name} に加えました。新しい符号 {fresh}、もとと違う文字 {len(other)}。"
        if ja
        else f"{table.name}: {len(table.rows)} lines over {base.name}; {fresh} new codes, {len(other)} changed"
    ]
    if other:
        lines.append(("もとと違う: " if ja else "changed: ") + " ".join(other[:20]) + (" …" if len(other) > 20 else ""))
    for reason, count in table.left_out.items():
        said = _REASONS[reason][0 if ja else 1]
        lines.append(f"使わなかった行 {count}: {said}" if ja else f"{count} lines left out: {said}")
    lines.append(f"sha256: {table.sha256}")
    return "\n".join(lines) + "\n"

