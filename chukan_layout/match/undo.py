"""An application taken back: the bytes as they were, checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from chukan_layout.match import patch
from chukan_layout.match.apply import DATA, REPORT, UNDO, begin, copy, finish
from chukan_layout.match.folder import FolderRefused
from chukan_layout.write.files import create, sha256_of


def undo(applied: Path, out: Path) -> int:
    """Write the files of an applied folder to ``out`` as they were before; how many.  Raises FolderRefused.

    Refused: a folder that ``match apply`` did not write, or whose files were changed since.
    """
    files, before = _read(applied)
    changed = [f["name"] for f in files if sha256_of(applied / DATA / f["name"]) != f["after"]]
    if changed:
        raise FolderRefused(
            f"反映のあとで変更されたファイルがあり、元に戻せません: {'、'.join(changed[:5])}",
            f"files were changed since they were written, so they cannot be restored: {', '.join(changed[:5])}",
        )
    part = out.with_name(out.name + ".part")
    begin(part)
    for file in files:
        source, to = applied / DATA / file["name"], part / file["name"]
        rows = before.filter(pl.col("file") == file["name"])
        if rows.height:
            data = patch.map_file(source)
            records = dict(zip(rows["record"].to_list(), rows["before"].to_list(), strict=True))
            with create(to) as made:
                patch.replace_records(data, patch.record_ends(data), records, made)
        else:
            copy(source, to)
        if sha256_of(to) != file["before"]:
            raise FolderRefused(
                f"{file['name']} を元の内容に戻せませんでした。",
                f"{file['name']} did not come back as it was",
            )
    finish(part, out)
    return len(files)


def _read(applied: Path) -> tuple[list[dict[str, Any]], pl.DataFrame]:
    try:
        files = json.loads((applied / REPORT).read_bytes())["files"]
        before = pl.read_parquet(applied / UNDO)
        present = [
            f
            for f in files
            if (applied / DATA / f["name"]).resolve().is_relative_to((applied / DATA).resolve())
        ]
        for file in present:
            (applied / DATA / file["name"]).stat()
        assert len(present) == len(files)
    except (OSError, ValueError, KeyError, TypeError, AssertionError, pl.exceptions.PolarsError):
        raise FolderRefused(
            f"{applied} は match apply の結果のフォルダーではないか、壊れています。",
            f"{applied} is no folder of match apply, or broken",
        ) from None
    return present, before
