"""The table of a body: which of its characters is which MJ glyph, who decided that and when.

A table belongs to one body, system and font (the same private-use code is another glyph in the next system), named
by its ``namespace``.  It is checked as a whole: with an error nothing of it is used.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from chukan_layout.gaiji import identity
from chukan_layout.gaiji.areas import NOTATIONS, Notation, private_of
from chukan_layout.gaiji.identity import Identity
from chukan_layout.gaiji.rule_files import Row, read_rows

#: 同定区分: the same shape, a difference of design, a similar character (survey of 2012).
SAMENESS = ("字形一致", "デザイン差", "類似文字")
_HEADS: dict[str, tuple[str, ...]] = {
    "source": ("source", "外字コード", "コード", "元コード", "移行元コード", "外字", "code"),
    "target": ("target", "同定結果", "移行先", "対応文字", "同定文字"),
    "mj": ("mj", "MJ", "MJ図形名", "MJ文字図形名", "文字図形名"),
    "koseki": ("koseki", "戸籍", "戸籍統一文字番号"),
    "juki": ("juki", "住基", "住基ネット統一文字コード", "住基統一文字コード"),
    "toki": ("toki", "登記", "登記統一文字番号"),
    "char": ("char", "文字", "Unicode", "UCS", "IVS"),
    "sameness": ("sameness", "同定区分", "区分"),
    "note": ("note", "備考", "注記"),
    "by": ("decided_by", "判断者", "確認者"),
    "at": ("decided_at", "判断日", "確認日"),
    "notation": ("notation", "表記", "コード体系"),
    "decision": ("decision", "判断"),
}
_BY_HEAD = {head: name for name, heads in _HEADS.items() for head in heads}
_BY_SUFFIX = {"sjis": "cp932", "シフトJIS": "cp932", "cp932": "cp932", "unicode": "unicode", "ucs": "unicode", "jef": "jef", "keis": "keis", "jips": "jips", "euc": "euc", "住基": "juki"}  # fmt: skip
_HEX = re.compile(r"^(?:(U\+|u\+|0x|0X|J\+|J-)?([0-9A-Fa-f]{4,6}))$")
_SEQUENCE = re.compile(r"^U\+([0-9A-Fa-f]{4,6})[_ ;]+(?:U\+)?([0-9A-Fa-f]{4,6})$", re.IGNORECASE)


@dataclass(frozen=True)
class RuleProblem:
    """What is wrong with a row.  ``severity`` error: the table cannot be used; warning: it can."""

    severity: Literal["error", "warning"]
    row: int
    ja: str
    en: str


@dataclass(frozen=True)
class Rule:
    """One character of the body.  ``mj`` is None where it is not identified (yet)."""

    unit: str
    code: str
    mj: int | None
    sameness: str
    note: str = ""
    by: str = ""
    at: str = ""


@dataclass(frozen=True)
class RuleTable:
    """The characters of one body and what is wrong with the table."""

    namespace: str
    rules: tuple[Rule, ...]
    problems: tuple[RuleProblem, ...]
    version: str

    @property
    def usable(self) -> bool:
        """No problem is an error."""
        return not any(p.severity == "error" for p in self.problems)

    def identities(self) -> dict[str, Identity]:
        """Unit → MJ, of the characters that are identified."""
        return {r.unit: Identity(r.mj, r.sameness or "vendor_map") for r in self.rules if r.mj is not None}


def read_rules(path: Path, namespace: str = "", notation: Notation | None = None) -> RuleTable:
    """The table in a file.  ``notation``: how its codes are written, where it does not say so itself.

    Raises RuleFileError for a file that is no table.
    """
    problems: list[RuleProblem] = []
    rules = [rule for row in read_rows(path) if (rule := _rule(*row, notation, problems)) is not None]
    problems += _doubles(rules)
    version = f"{path.name}#{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
    kept = list({(r.unit, r.mj): r for _, r in reversed(rules)}.values())[::-1]
    if not rules and not problems:
        problems.append(RuleProblem("error", 1, "外字の行がありません", "no rows of gaiji"))
    return RuleTable(namespace or path.stem, tuple(kept), tuple(sorted(problems, key=lambda p: p.row)), version)


def _rule(
    number: int, row: Row, notation: Notation | None, problems: list[RuleProblem]
) -> tuple[int, Rule] | None:
    cells, told = _cells(row)
    if cells.get("decision") in ("保留", "なし", "後で", "pending", "none"):
        cells = {k: v for k, v in cells.items() if k not in ("target", "mj", "koseki", "juki", "toki", "char")}

    def bad(ja: str, en: str) -> None:
        problems.append(RuleProblem("error", number, ja, en))

    code = cells.get("source", "")
    if not code:
        bad("外字コードがありません", "no source code")
        return None
    written = cells.get("notation") or told or notation
    if written and written not in NOTATIONS:
        bad(f"表記 {written} を知りません", f"unknown notation {written}")
        return None
    unit = _source(code, written)
    if unit is None:
        ambiguous = written is None and _HEX.match(code) is not None
        bad(
            f"外字コード {code} を読めません" + ("。表記 (unicode, cp932 など) を指定してください" if ambiguous else ""),
            f"cannot read the code {code}" + ("; say its notation" if ambiguous else ""),
        )
        return None
    sameness = cells.get("sameness", "")
    if sameness and sameness not in SAMENESS:
        bad(f"同定区分 {sameness} は {'・'.join(SAMENESS)} のどれでもありません", f"unknown 同定区分 {sameness}")
    targets = _targets(cells, bad)
    if len(targets) > 1:
        names = "、".join(sorted(identity.name_of(t) for t in targets))
        bad(f"{code} の移行先が列によって違います: {names}", f"the columns of {code} disagree: {names}")
    mj = min(targets) if targets else None
    return number, Rule(unit, code, mj, sameness, cells.get("note", ""), cells.get("by", ""), cells.get("at", ""))


def _cells(row: Row) -> tuple[dict[str, str], str | None]:
    """Cells by our names, and the notation that the heading of the code tells (``外字コード(SJIS)``)."""
    cells: dict[str, str] = {}
    told: str | None = None
    for head, value in row.items():
        bare, _, suffix = head.replace("（", "(").replace("）", ")").partition("(")
        name = _BY_HEAD.get(bare.strip())
        if name is None or not value:
            continue
        if name == "source" and suffix:
            found = next((n for k, n in _BY_SUFFIX.items() if k.lower() in suffix.lower()), None)
            told = found or told
        cells.setdefault(name, value)
    return cells, told


def _source(code: str, notation: Notation | None) -> str | None:
    if len(code) == 1 or code in identity.registered():
        return code
    if sequence := _SEQUENCE.match(code):
        return chr(int(sequence[1], 16)) + chr(int(sequence[2], 16))
    found = _HEX.match(code)
    if found is None:
        return None
    prefix, value = found[1] or "", int(found[2], 16)
    if prefix.upper() == "U+":
        notation = "unicode"
    if prefix.upper().startswith("J"):
        notation = "juki"
    if notation is None:
        # F040-F8FF is both a CP932 code and a code point: a bare number there says nothing.
        in_cp932 = private_of(value, "cp932") is not None
        if not 0xE000 <= value <= 0xF8FF or in_cp932:
            return None
        notation = "unicode"
    point = private_of(value, notation)
    return None if point is None else chr(point)


def _targets(cells: dict[str, str], bad: object) -> set[int]:
    found: set[int] = set()
    for name in ("target", "mj", "koseki", "juki", "toki", "char"):
        value = cells.get(name)
        if value:
            mj = target_of(value, name)
            if mj is None:
                bad(f"移行先 {value} ({name}) は知られた字形ではありません", f"unknown target {value} ({name})")  # type: ignore[operator]
            else:
                found.add(mj)
    return found


def target_of(text: str, column: str = "target") -> int | None:
    """The MJ number that a cell names: MJ022335, 戸籍・住基・登記 number (by column or prefix), U+845B_E0102, a character."""
    if column in ("koseki", "juki", "toki"):
        return _numbered(text.removeprefix("J+").removeprefix("J-"), column)
    for prefix, kind in (("戸籍", "koseki"), ("住基", "juki"), ("登記", "toki"), ("J+", "juki")):
        if text.startswith(prefix):
            return _numbered(text.removeprefix(prefix).lstrip(":： "), kind)
    named = identity.number_of(text)
    if named is not None:
        return named if named in identity.known() or named > identity.GJ else None
    sequence = _SEQUENCE.match(text)
    if sequence:
        text = chr(int(sequence[1], 16)) + chr(int(sequence[2], 16))
    elif (point := re.fullmatch(r"(?:U\+|u\+|0x)([0-9A-Fa-f]{4,6})", text)) and int(point[1], 16) <= 0x10FFFF:
        text = chr(int(point[1], 16))
    found = identity.unicode_units().get(text)
    return found.mj if found else None


def _numbered(text: str, kind: str) -> int | None:
    try:
        return identity.by_number(kind).get(int(text, 16 if kind == "juki" else 10))
    except ValueError:
        return None


def _doubles(rules: Iterable[tuple[int, Rule]]) -> Iterator[RuleProblem]:
    by_unit: dict[str, list[tuple[int, Rule]]] = defaultdict(list)
    by_target: dict[int, list[tuple[int, Rule]]] = defaultdict(list)
    for number, rule in rules:
        by_unit[rule.unit].append((number, rule))
        if rule.mj is not None:
            by_target[rule.mj].append((number, rule))
    for same in by_unit.values():
        number, last = same[-1]
        if len({r.mj for _, r in same}) > 1:
            rows = "、".join(str(n) for n, _ in same)
            yield RuleProblem("error", number, f"{last.code} に移行先が二つ以上あります ({rows} 行)", f"{last.code} has several targets (rows {rows})")  # fmt: skip
        elif len(same) > 1:
            yield RuleProblem("warning", number, f"{last.code} が重複しています", f"{last.code} is listed twice")
    for mj, same in by_target.items():
        if len(units := {r.unit: r.code for _, r in same}) > 1:
            codes = "、".join(units.values())
            yield RuleProblem(
                "warning", same[-1][0],
                f"{codes} はどれも {identity.name_of(mj)} になり、台帳なしでは元に戻せません",
                f"{codes} all become {identity.name_of(mj)}: not reversible without the ledger",
            )  # fmt: skip
