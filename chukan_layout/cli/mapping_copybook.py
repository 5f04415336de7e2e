"""``chukan mapping init --copybook``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chukan_layout.cli.common import Common
from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from chukan_layout.copybook.layout import CopyRecord
    from chukan_layout.model.layout import LayoutFile
    from chukan_layout.model.record import Profile


def from_copybook(
    copybook: Path, sources: Sequence[Path], encoding: str, profile: Profile, form: str, mixed: Sequence[str],
    replacing: Sequence[str], area: str | None, file: str | None, out: Path | None, common: Common,
) -> None:  # fmt: skip
    """A draft on stdout (or --output-file); with ``out`` a folder of it, codes.toml and vendor.toml.

    CliError for a copybook that cannot be read, with line and column, and for names that there are none of.
    """
    from chukan_layout.cli.charset_name import charset_name
    from chukan_layout.copybook.draft import CHARSETS, Draft, code_maps, mapping_text
    from chukan_layout.copybook.errors import CopybookError
    from chukan_layout.copybook.read import read_copybook

    pairs = [(old, new) for old, is_pair, new in (r.partition("=") for r in replacing) if is_pair and old.strip()]
    if len(pairs) < len(replacing):
        raise CliError("--replacing は「読み替える語=新しい語」の形で指定してください。", "--replacing takes OLD=NEW")
    try:
        records = read_copybook(copybook, profile, replacing=pairs)
    except CopybookError as wrong:
        place = f"{wrong.file or copybook.name}:{wrong.line}:{wrong.column}"
        raise CliError(f"{place}: {wrong.ja}", f"{place}: {wrong.en}") from None
    charset = charset_name(encoding or CHARSETS[profile])
    fields = {p.field.name for r in records for p in r.fields}
    if missing := [name for name in mixed if name not in fields]:
        raise CliError(f"--mixed の項目がコピー句にありません: {'、'.join(missing)}", f"--mixed: not in the copybook: {missing}")
    pattern = sources[0].name if sources else f"{copybook.stem}*"
    draft = Draft(pattern, charset, profile, form, frozenset(mixed))
    target = _target(area, file, common)
    text = mapping_text(draft, records, target, target.id if target else copybook.stem)
    codes = code_maps(records)
    if out is None:
        common.write(text + (f"\n# codes.toml に写す (for codes.toml)\n{_commented(codes)}" if codes else ""))
    else:
        _folder(out, copybook.stem, text, codes, common)
    _say(common, records, sources, form)


def _target(area: str | None, file: str | None, common: Common) -> LayoutFile | None:
    from chukan_layout.spec.find import area_number, file_of
    from chukan_layout.spec.load import layout_folder, load_layouts

    if (area is None) != (file is None):
        raise CliError("--area と --file は一緒に指定してください。", "--area and --file go together")
    if area is None or file is None:
        return None
    folder = layout_folder(common.layout_version)
    return file_of(load_layouts(folder, areas=[area_number(folder, area)]).areas[0], file)


def _commented(text: str) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines())


def _folder(out: Path, stem: str, text: str, codes: str, common: Common) -> None:
    from chukan_layout.propose.dump import vendor_text
    from chukan_layout.write.files import write_whole

    made = {f"{stem}.toml": text, "codes.toml": codes, "vendor.toml": vendor_text(out.name, common.layout_version)}
    if taken := [name for name in made if (out / name).exists()]:
        raise CliError(f"もうあります: {taken[0]}。別のフォルダーを --out に指定してください。", f"{taken[0]} is there already; name another folder")
    out.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        if content:
            write_whole(out / name, content.encode())


def _say(common: Common, records: Sequence[CopyRecord], sources: Sequence[Path], form: str) -> None:
    for record in records:
        size = str(record.bytes) if record.bytes == record.least else f"{record.least}-{record.bytes}"
        common.say(f"{record.name}: {size} バイト、{len(record.fields)} 項目", f"{record.name}: {size} bytes, {len(record.fields)} fields")
    length = max(r.bytes for r in records)
    for source in sources if form == "fixed" else ():
        held = source.stat().st_size
        if source.is_file() and held % length:
            common.say(
                f"{source.name}: {held:,} バイトは {length} の倍数ではありません（余り {held % length}）。"
                "コピー句の版、改行の有無（--form line）、RDW（--form rdw）を確かめてください。",
                f"{source.name}: {held:,} bytes are no multiple of {length} (rest {held % length}); check the version of the"
                " copybook, line ends (--form line) and RDW (--form rdw).",
            )
