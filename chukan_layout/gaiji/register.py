"""One register for several bodies: the same glyph registered twice is found, by MJ or by shape, and gets one code.

Policies of the source document: ``keep`` (each body's own gaiji, named by body), ``ipamj`` (what is an MJ glyph leaves
the private area), ``common`` (one register for all).  Joining later only adds: a common code never changes its glyph.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from chukan_layout.gaiji import data
from chukan_layout.gaiji.identity import name_of, number_of
from chukan_layout.gaiji.rule_files import RuleFileError
from chukan_layout.gaiji.rules import RuleTable

PolicyName = Literal["keep", "ipamj", "common"]
#: First and last common code: the private area of the Basic Multilingual Plane.
FIRST, LAST = 0xE000, 0xF8FF
#: Two pictures of different bodies with a cosine of at least this are proposed as one glyph.
ALIKE = 0.97


@dataclass
class Entry:
    """One glyph of the register.  ``members``: body → its codes.  ``how``: mj, shape, alone."""

    code: int
    mj: int | None
    members: dict[str, list[int]]
    how: str = "alone"
    score: float | None = None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        members = {body: [f"U+{c:04X}" for c in codes] for body, codes in self.members.items()}
        return {
            "code": f"U+{self.code:04X}", "mj": name_of(self.mj) if self.mj else "", "how": self.how,
            "score": None if self.score is None else round(self.score, 4), "members": members, "note": self.note,
        }  # fmt: skip


@dataclass
class Register:
    """The glyphs of all bodies, in order of their common code."""

    entries: list[Entry] = field(default_factory=list)
    bodies: dict[str, int] = field(default_factory=dict)  # body → number of its gaiji before

    def next_code(self) -> int:
        """The code of the next glyph.  Raises RuleFileError when the area is full."""
        code = max((e.code for e in self.entries), default=FIRST - 1) + 1
        if code > LAST:
            raise RuleFileError(f"共通の外字領域 ({LAST - FIRST + 1} 字) が足りません", "the common private area is full")
        return code


@dataclass(frozen=True)
class Glyph:
    """A gaiji of one body; ``shape`` is its projected feature when the body's font is there."""

    body: str
    code: int
    mj: int | None
    note: str = ""
    shape: Any = None


def glyphs_of(table: RuleTable, shapes: Mapping[int, Any] | None = None) -> list[Glyph]:
    """The gaiji of a body's table, and those that only its font has."""
    shapes = shapes or {}
    found = [Glyph(table.namespace, ord(r.unit[0]), r.mj, r.note, shapes.get(ord(r.unit[0]))) for r in table.rules]
    listed = {g.code for g in found}
    return found + [Glyph(table.namespace, code, None, "", shape) for code, shape in sorted(shapes.items()) if code not in listed]


def join(register: Register, glyphs: Iterable[Glyph], shapes: dict[int, list[Any]]) -> None:
    """Add the gaiji of one body.  ``shapes``: common code → shapes known of it (grows; empty when bodies bring none).

    Raises RuleFileError for a code that the register knows as another MJ glyph.
    """
    by_mj = {e.mj: e for e in register.entries if e.mj is not None}
    seen: dict[tuple[str, int], Entry] = {(b, c): e for e in register.entries for b, cs in e.members.items() for c in cs}
    for glyph in glyphs:
        register.bodies.setdefault(glyph.body, 0)
        if known := seen.get((glyph.body, glyph.code)):  # joined before: only what was unknown is added
            _agree(known, glyph)
            if known.mj is None and glyph.mj is not None and glyph.mj not in by_mj:
                known.mj = glyph.mj
                by_mj[glyph.mj] = known
            continue
        register.bodies[glyph.body] += 1
        entry, score = by_mj.get(glyph.mj) if glyph.mj is not None else None, None
        how = "mj"
        if entry is None and glyph.shape is not None:
            entry, score = _alike(register, glyph, shapes)
            how = "shape"
        if entry is None:
            entry = Entry(register.next_code(), glyph.mj, {}, note=glyph.note)
            register.entries.append(entry)
            if glyph.mj is not None:
                by_mj[glyph.mj] = entry
        elif entry.how != "mj":
            entry.how, entry.score = how, score
        entry.members.setdefault(glyph.body, []).append(glyph.code)
        seen[(glyph.body, glyph.code)] = entry
        if entry.mj is None and glyph.mj is not None:
            entry.mj = glyph.mj
            by_mj[glyph.mj] = entry
        if glyph.shape is not None:
            shapes.setdefault(entry.code, []).append(glyph.shape)


def _agree(entry: Entry, glyph: Glyph) -> None:
    if None not in (entry.mj, glyph.mj) and entry.mj != glyph.mj:
        known, said = name_of(entry.mj or 0), name_of(glyph.mj or 0)
        raise RuleFileError(
            f"{glyph.body} の U+{glyph.code:04X} は登録簿では {known}、外字表では {said} です。一つのコードに行き先が二つあります",
            f"U+{glyph.code:04X} of {glyph.body} is {known} in the register and {said} in the table: two targets for one code",
        )


def _alike(register: Register, glyph: Glyph, shapes: Mapping[int, list[Any]]) -> tuple[Entry | None, float | None]:
    """The glyph of the register that looks the same: never one that is known to be another MJ glyph."""
    best: tuple[float, Entry] | None = None
    for entry in register.entries:
        if glyph.mj is not None and entry.mj is not None and entry.mj != glyph.mj:
            continue
        for shape in shapes.get(entry.code, ()):
            score = float(glyph.shape @ shape)
            if score >= ALIKE and (best is None or score > best[0]):
                best = (score, entry)
    return (None, None) if best is None else (best[1], best[0])


def counts(register: Register, policy: PolicyName) -> dict[str, Any]:
    """Number of gaiji before and after, per body and in total (GAI-06)."""
    bodies = {}
    for body, before in register.bodies.items():
        own = [e for e in register.entries if body in e.members]
        if policy == "keep":
            after = before
        elif policy == "ipamj":
            after = sum(len(e.members[body]) for e in own if e.mj is None)
        else:
            after = len(own)
        bodies[body] = {"before": before, "after": after, "identified": sum(len(e.members[body]) for e in own if e.mj is not None)}
    before = sum(b["before"] for b in bodies.values())
    together = [e for e in register.entries if policy != "ipamj" or e.mj is None]
    after = before if policy == "keep" else (len(together) if policy == "common" else sum(b["after"] for b in bodies.values()))
    same = [e for e in register.entries if sum(map(len, e.members.values())) > 1]
    return {
        "policy": policy, "bodies": bodies, "total": {"before": before, "after": after},
        "same_glyph": {"by_mj": sum(e.how == "mj" for e in same), "by_shape": sum(e.how == "shape" for e in same)},
    }  # fmt: skip


def rules_for(register: Register, body: str, policy: PolicyName) -> list[tuple[str, str, str]]:
    """The body's way into the register: its code, what it becomes, and how that is known."""
    found = []
    for entry in register.entries:
        for code in entry.members.get(body, ()):
            if policy == "keep":
                target = f"{body}:U+{code:04X}"
            elif entry.mj is not None:
                target = name_of(entry.mj)
            else:
                target = f"U+{entry.code:04X}" if policy == "common" else ""
            found.append((f"U+{code:04X}", target, entry.how))
    return sorted(found)


def save(register: Register, policy: PolicyName, tables: Sequence[str]) -> str:
    """The register as JSON."""
    return json.dumps(
        {
            "chukan_gaiji_register": 1, "table_version": data.MJ_VERSION, "policy": policy, "tables": list(tables),
            "counts": counts(register, policy), "entries": [e.as_dict() for e in register.entries],
        }, ensure_ascii=False, indent=1,
    ) + "\n"  # fmt: skip


def load(path: Path) -> tuple[Register, PolicyName, list[str]]:
    """A register that :func:`save` wrote.  Raises RuleFileError; a register of another table version is refused."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        register = Register()
        seen: dict[tuple[str, int], str] = {}
        for item in raw["entries"]:
            members = {body: [int(c[2:], 16) for c in codes] for body, codes in item["members"].items()}
            for body, codes in members.items():
                for code in codes:
                    if (other := seen.setdefault((body, code), item["code"])) != item["code"]:
                        raise RuleFileError(
                            f"{path.name}: {body} の U+{code:04X} に行き先が二つあります ({other}、{item['code']})",
                            f"{path.name}: U+{code:04X} of {body} has two targets ({other}, {item['code']})",
                        )
            register.entries.append(Entry(int(item["code"][2:], 16), number_of(item["mj"]) if item["mj"] else None, members, item["how"], item["score"], item["note"]))
        register.bodies = {body: n["before"] for body, n in raw["counts"]["bodies"].items()}
        version, policy, tables = raw["table_version"], raw["policy"], raw["tables"]
    except RuleFileError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as broken:
        raise RuleFileError(f"登録簿として読めません: {path.name}", f"not a register: {path.name}") from broken
    if version != data.MJ_VERSION:
        raise RuleFileError(
            f"{path.name} は別の版の表で作られています: {version} (こちらは {data.MJ_VERSION})",
            f"{path.name} was made with another table: {version} (this is {data.MJ_VERSION})",
        )
    return register, policy, tables


def is_register(path: Path) -> bool:
    """Whether a file says that it is a register."""
    if path.suffix.lower() != ".json":
        return False
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(raw, dict) and "chukan_gaiji_register" in raw
