"""Proposals as a mapping file in which nothing is taken yet: every line waits behind ``#?`` for a person."""

from __future__ import annotations

from collections.abc import Sequence

from chukan_layout.model.layout import Area, CodeTable, Item, LayoutFile
from chukan_layout.propose.match import Proposal
from chukan_layout.propose.profile import Profile
from chukan_layout.spec.skeleton import Source, head, quoted

MARK = "#? "


_LINES = (
    f"chukan mapping init の提案。まだ何も採用していない。確かめた行の先頭の「{MARK.strip()} 」を取ると有効になる。",
    f'Proposals only. Remove "{MARK.strip()} " from the lines you have verified, then run chukan mapping check.',
)


def mapping_text(
    source: Source, area: Area, file: LayoutFile, profiles: Sequence[Profile], found: Sequence[Proposal], accept: float
) -> str:
    """The TOML of a file mapping; proposals at ``accept`` or above are taken, all others stay comments."""
    by_item = {p.item: p for p in found}
    by_column = {p.name: p for p in profiles}
    used = {c for p in found for c in (by_column[p.column].parts or (p.column,))}
    parts = [_head(source, area, file, profiles)]
    for item in file.items:
        if item.name in by_item:
            proposal = by_item[item.name]
            parts.append(_line(proposal, item, by_column[proposal.column], area, file, proposal.confidence < accept))
    parts += [_rest(name) for name in source.columns if name not in used]
    parts += [_unset(item) for item in file.items if item.required and item.name not in by_item]
    return "\n".join(parts)


def codes_text(area: Area, file: LayoutFile, profiles: Sequence[Profile], found: Sequence[Proposal]) -> str:
    """The code maps that the proposals need: the same code where the table has it, else for a person to say."""
    by_column = {p.name: p for p in profiles}
    parts = []
    for proposal in found:
        item = file.item(proposal.item)
        table = area.codes.get(item.code or "")
        if table is None or not by_column[proposal.column].codes:
            continue
        parts.append(_map(_map_name(file, proposal), table, by_column[proposal.column]))
    return "\n".join(parts)


def _map(name: str, table: CodeTable, profile: Profile) -> str:
    bare = {c.lstrip("0") or "0": c for c in table.codes}
    lines = [f"# コード表「{table.name}」: " + "、".join(f"{v.code} {v.name}" for v in table.values[:12]), "[[map]]",
             f"name = {quoted(name)}", f"to = {quoted(table.name)}", "pairs = ["]  # fmt: skip
    for value in profile.codes:
        code = bare.get(value.lstrip("0") or "0")
        if code is not None:
            lines.append(f"  {MARK}[{quoted(value)}, {quoted(code)}],  # 同じ値のコードがある。意味も同じか確かめる (same value; verify)")
        else:
            lines.append(f'  {MARK}[{quoted(value)}, ""],  # 標準のコードを書く (say which code)')
    return "\n".join([*lines, "]", ""])


def _map_name(file: LayoutFile, proposal: Proposal) -> str:
    return f"{file.id}.{proposal.column}"


def _head(source: Source, area: Area, file: LayoutFile, profiles: Sequence[Profile]) -> str:
    keys = [p.name for p in profiles if p.unique and p.filled == 1.0][:3]
    hint = f"レコードを見分ける移行元項目。値がすべて異なる列: {'、'.join(keys) or 'なし'}"
    return head(source, file, f"{area.no:02d}-{file.id}", _LINES, hint)


def _line(proposal: Proposal, item: Item, profile: Profile, area: Area, file: LayoutFile, held: bool) -> str:
    why = "、".join(proposal.why) or "残った列どうし"
    lines = ["[[item]]", f"to = {quoted(item.name)}",
             f"from = [{', '.join(quoted(c) for c in profile.parts or (proposal.column,))}]"]  # fmt: skip
    ops, todo = _ops(_map_name(file, proposal), item, profile, area)
    lines.append(f"ops = [{', '.join(ops)}]")
    mark = MARK if held else ""
    return "\n".join(
        [f"# 確信度 (confidence) {proposal.confidence:.2f}  根拠: {why}", *(f"{mark}{x}" for x in lines), *todo, ""]
    )


def _ops(name: str, item: Item, profile: Profile, area: Area) -> tuple[list[str], list[str]]:
    """Operations that the contents call for, and what is left to say."""
    trim = '{ op = "trim" }'
    table = area.codes.get(item.code or "")
    if table is not None:
        return [trim, f'{{ op = "map", table = {quoted(name)} }}'], []
    if item.type == "DATE":
        shape = profile.date_shape
        if shape is None:
            return [trim], ["# TODO 日付の形を書く: { op = \"date\", shapes = [...] } (say the shape)"]
        return [f'{{ op = "date", shapes = [{quoted(shape)}] }}'], []
    if item.type in ("9", "S9", "9V"):
        return [trim, f'{{ op = "number", scale = {item.scale} }}' if item.scale else '{ op = "number" }'], []
    if item.charset_class == "kana":
        return [trim, '{ op = "kana_full" }', '{ op = "to_full" }'], []
    if item.charset_class == "full":
        return [trim, '{ op = "to_full" }'], []
    if profile.share("postal") > 0.9:
        return [trim, '{ op = "remove", chars = "-" }'], []
    digits = profile.share("digits") > 0.98
    if digits and profile.longest < item.digits and (item.exact or item.name.endswith(("宛名番号", "世帯番号"))):
        return [trim, f'{{ op = "pad", width = {item.digits} }}'], []
    return [trim], []


def _rest(column: str) -> str:
    return f"""# どの項目にも結べなかった移行元項目 (no item was found for it)
{MARK}[[rest]]
{MARK}from = {quoted(column)}
{MARK}disposition = "individual"  # individual (残す) か discard (移行しない)
{MARK}reason = ""  # 理由 (why)
"""


def _unset(item: Item) -> str:
    return f"""# 必須の項目。移行元に見つからない (required, and no column was found)
{MARK}[[unset]]
{MARK}to = {quoted(item.name)}
{MARK}reason = ""  # 移行元にない理由 (why it cannot be set)
"""
