"""``chukan mapping init``: drafts and proposals of mappings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chukan_layout.cli.common import Common
from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from chukan_layout.propose.dump import Proposed


def header_draft(
    sources: Sequence[Path], encoding: str, area: str | None, file: str | None, delimiter: str, common: Common
) -> None:
    """The draft from the header alone; needs one file, its area and its 移行ファイル."""
    from chukan_layout.cli.header import read_header
    from chukan_layout.spec.find import area_number, file_of
    from chukan_layout.spec.load import layout_folder, load_layouts
    from chukan_layout.spec.skeleton import Source, proposals, skeleton

    if len(sources) != 1 or not sources[0].is_file() or area is None or file is None:
        raise CliError(
            "--names-only には DUMP を一つと --area、--file を指定してください。", "--names-only takes one file, --area and --file"
        )
    columns, newline = read_header(sources[0], encoding, delimiter)
    folder = layout_folder(common.layout_version)
    layouts = load_layouts(folder, areas=[area_number(folder, area)])
    target = file_of(layouts.areas[0], file)
    common.write(skeleton(Source(sources[0].name, encoding, delimiter, newline, columns), target))
    matched = len(proposals(columns, target.items))
    common.say(
        f"移行元 {len(columns)} 項目、{target.id} {len(target.items)} 項目のうち {matched} 項目を結びました。"
        "TODO を決めてください。",
        f"{len(columns)} columns; {matched} of {len(target.items)} items matched. Decide every TODO.",
    )


def propose(
    sources: Sequence[Path], encoding: str, area: str | None, file: str | None, delimiter: str, accept: float | None,
    out: Path | None, common: Common,
) -> None:  # fmt: skip
    """Proposals for one file on stdout (or --output-file), for several in the folder ``out``."""
    from chukan_layout.cli.header import read_header
    from chukan_layout.propose.dump import Dump, propose_all, vendor_text, written
    from chukan_layout.spec.find import area_number, file_of
    from chukan_layout.spec.load import layout_folder, load_layouts

    paths = [p for s in sources for p in (sorted(x for x in s.rglob("*") if x.is_file()) if s.is_dir() else [s])]
    if not paths:
        raise CliError("DUMP にファイルがありません。", "there is no file in DUMP")
    if out is None and len(paths) > 1:
        raise CliError("ファイルが複数あるときは --out にフォルダーを指定してください。", "several files need a folder: --out")
    if file is not None and (area is None or len(paths) > 1):
        raise CliError("--file には --area と一つの DUMP が要ります。", "--file needs --area and one DUMP")
    folder = layout_folder(common.layout_version)
    layouts = load_layouts(folder, areas=[area_number(folder, area)] if area else None)
    target = file_of(layouts.areas[0], file) if file is not None else None
    dumps = [Dump(p, encoding, delimiter, *read_header(p, encoding, delimiter)) for p in paths]
    found = propose_all(dumps, layouts, target)
    limit = 1.01 if accept is None else accept
    if out is None:
        common.write(found[0].text(limit))
    else:
        try:
            written(out, found, limit, vendor_text(out.name, layouts.version))
        except FileExistsError as taken:
            raise CliError(
                f"もうあります: {Path(str(taken.args[0])).name}。別のフォルダーを --out に指定してください。",
                f"{Path(str(taken.args[0])).name} is there already; name another folder",
            ) from None
    for one in found:
        _say(common, one, limit)


def _say(common: Common, one: Proposed, limit: float) -> None:
    sure = sum(p.confidence >= 0.7 for p in one.proposals)
    taken = sum(p.confidence >= limit for p in one.proposals)
    others = "、".join(f"{g.area.no:02d} {g.file.id} {g.confidence:.2f}" for g in one.others[:2])
    hint_ja, hint_en = (f"（ほかの候補: {others}）", f" (else: {others})") if others else ("", "")
    common.say(
        f"{one.dump.path.name} → {one.area.no:02d} {one.file.id} 確信度 {one.confidence:.2f}{hint_ja}: "
        f"{len(one.dump.columns)} 列のうち {len(one.proposals)} 列に提案（0.70 以上 {sure}、採用 {taken}）。確かめてください。",
        f"{one.dump.path.name} -> {one.area.no:02d} {one.file.id} confidence {one.confidence:.2f}{hint_en}: "
        f"{len(one.proposals)} of {len(one.dump.columns)} columns proposed ({sure} at 0.70 or above, {taken} taken). Verify.",
    )
