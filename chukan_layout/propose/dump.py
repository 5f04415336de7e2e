"""Proposals for all files of a dump: what each is, then its columns, with the numbers of the others in view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chukan_layout.model.layout import Area, LayoutFile, LayoutSet
from chukan_layout.propose.files import Guess, guesses
from chukan_layout.propose.match import Proposal, proposals
from chukan_layout.propose.profile import Profile, read_profiles
from chukan_layout.propose.text import codes_text, mapping_text
from chukan_layout.spec.skeleton import Source, quoted

#: From here on a proposed key is believed when other files' values are compared with it.
SURE = 0.6


@dataclass(frozen=True)
class Dump:
    """One file of the vendor."""

    path: Path
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    newline: str


@dataclass(frozen=True)
class Proposed:
    """What a file of the dump seems to be."""

    dump: Dump
    area: Area
    file: LayoutFile
    confidence: float
    profiles: list[Profile]
    proposals: list[Proposal]
    others: list[Guess] = field(default_factory=list)

    def mapping(self, accept: float) -> str:
        """The TOML of the mapping."""
        d = self.dump
        source = Source(d.path.name, d.encoding, d.delimiter, d.newline, d.columns)
        return mapping_text(source, self.area, self.file, self.profiles, self.proposals, accept)

    def codes(self) -> str:
        """The code maps that it needs, for codes.toml."""
        return codes_text(self.area, self.file, self.profiles, self.proposals)

    def text(self, accept: float) -> str:
        """The mapping with the code maps behind it as comments, to be moved to codes.toml."""
        codes = "".join(f"# {line}".rstrip() + "\n" for line in self.codes().splitlines())
        head = "# ---- 次は codes.toml に置くコード対応表の案 (code maps, for codes.toml)"
        return f"{self.mapping(accept)}\n{head}\n{codes}" if codes else self.mapping(accept)


def propose_all(dumps: Sequence[Dump], layouts: LayoutSet, target: LayoutFile | None = None) -> list[Proposed]:
    """Proposals for every file; ``target`` is the 移行ファイル of a single one whose kind is known.

    Raises OSError for a file that cannot be read.
    """
    first = [_first(dump, layouts, target) for dump in dumps]
    known = _numbers(first)
    return [
        Proposed(
            p.dump, p.area, p.file, p.confidence, p.profiles, proposals(p.profiles, p.file, p.area, known), p.others
        )
        for p in first
    ]  # fmt: skip


def _first(dump: Dump, layouts: LayoutSet, target: LayoutFile | None) -> Proposed:
    profiles = read_profiles(dump.path, dump.encoding, dump.delimiter, dump.columns)
    if target is not None:
        area = layouts.area(target.area)
        return Proposed(dump, area, target, 1.0, profiles, proposals(profiles, target, area))
    best, *others = guesses(profiles, layouts)
    return Proposed(dump, best.area, best.file, best.confidence, profiles, best.proposals, others)


def _numbers(found: Sequence[Proposed]) -> dict[str, frozenset[str]]:
    """``file.item`` -> values of the key items of the files that seem certain."""
    known: dict[str, frozenset[str]] = {}
    for one in found:
        by_column = {p.name: p for p in one.profiles}
        for proposal in one.proposals:
            if proposal.item in one.file.key and proposal.confidence >= SURE:
                known[f"{one.file.id}.{proposal.item}"] = by_column[proposal.column].values
    return known


def vendor_text(name: str, version: str) -> str:
    """vendor.toml of a new vendor."""
    return (
        f"[vendor]\nname = {quoted(name)}\ntitle = {quoted(name)}\nlayout_version = {quoted(version)}\n"
        'note = "chukan mapping init の提案から"\nsource = "draft"\n'
    )


def written(folder: Path, found: Sequence[Proposed], accept: float, vendor: str) -> None:
    """The mappings and vendor.toml in a new folder.  FileExistsError when something would be written over."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {folder / f"{p.area.no:02d}-{p.file.id}-{p.dump.path.stem}.toml": p.mapping(accept) for p in found}
    pages[folder / "vendor.toml"] = vendor
    pages[folder / "codes.toml"] = "\n".join(c for p in found if (c := p.codes()))
    for path in pages:
        if path.exists():
            raise FileExistsError(path)
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8")
