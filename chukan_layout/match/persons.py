"""Who stands in a dump: one row per person of each file, in one order whatever the order of the files.

Columns: ``key`` (業務/ファイル/宛名番号), ``no`` (宛名番号), ``dump``, ``status`` (resident, gone, other),
``changed`` (ISO date of the last 異動 or 操作) and the texts of COLUMNS; blanks are empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from chukan_layout.model.refusal import Refused

RESIDENTS, OTHERS = (1, "住民情報"), (3, "住登外者宛名基本情報")
#: What is compared, and the items of 住民情報 and of 住登外者宛名基本情報 that have it; the first that is not blank counts.
_ITEMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "name": (("氏名", "氏名_外国人漢字", "通称"), ("氏名", "氏名_外国人漢字")),
    "family": ((), ("氏_日本人",)),
    "given": ((), ("名_日本人",)),
    "kana": (("氏名_フリガナ", "通称_フリガナ"), ("氏名_読み仮名",)),
    "family_kana": ((), ("氏_日本人_読み仮名",)),
    "given_kana": ((), ("名_日本人_読み仮名",)),
    "former": (("旧氏",), ()),
    "former_kana": (("旧氏_フリガナ",), ()),
    "roman": (("氏名_外国人ローマ字",), ("氏名_外国人アルファベット",)),
    "sex": (("性別",), ("性別",)),
    "born": (("生年月日", "生年月日_不詳表記"), ("生年月日", "生年月日_不詳表記")),
    "town": (("住所_町字",), ("住所_町字",)),
    "lot": (("住所_番地号表記",), ("住所_番地号表記",)),
    "building": (("住所_方書",), ("住所_方書",)),
    "old_town": (("転入前住所_町字", "転居前住所_町字"), ()),
    "old_lot": (("転入前住所_番地号表記", "転居前住所_番地号表記"), ()),
    "my_number": (("個人番号",), ("個人番号",)),
    "juminhyo": (("住民票コード",), ()),
    "house": (("世帯番号",), ()),
    "state": (("住民状態",), ()),
}
COLUMNS = tuple(_ITEMS)
#: Nearly every record has one of its own.
_OWN = ("my_number", "juminhyo")
#: When a record was last written: what 残す値 by ``latest`` goes by; it is not compared.
_CHANGED = (("異動年月日", "異動届出年月日"), ("操作年月日",))


class NotReadable(Refused):
    """A dump that cannot be read; the texts say which and why."""


@dataclass(frozen=True)
class Source:
    """A file of persons: which of the two it is, where, and of which dump when there are several."""

    key: tuple[int, str]
    path: Path
    dump: str = ""

    @property
    def key_text(self) -> str:
        """The file as keys of records name it: 業務/ファイル, after the dump when there are several."""
        return "/".join([*([self.dump] if self.dump else []), f"{self.key[0]:02}", self.key[1]])


def find(dumps: Sequence[Path]) -> list[Source]:
    """The files of persons below the dumps, by their names; empty where there is none."""
    found = []
    for place, dump in enumerate(dumps):
        paths = sorted(dump.rglob("*")) if dump.is_dir() else [dump]
        name = f"{dump.name or place + 1}" if len({d.name for d in dumps}) == len(dumps) else f"{place + 1}"
        for key in (RESIDENTS, OTHERS):
            stems = {key[1], key[1] + "ファイル"}
            mine = [p for p in paths if p.suffix in (".csv", ".parquet") and p.stem in stems]
            found += [Source(key, p, name if len(dumps) > 1 else "") for p in mine]
    return found


def read(sources: Sequence[Source], encoding: str = "utf8") -> pl.DataFrame:
    """The latest record of each person of the files; ``key`` names it.  Raises NotReadable."""
    frames = [_frame(s, encoding) for s in sources]
    if not frames:
        raise NotReadable(
            "住民情報も住登外者宛名基本情報も見つかりません。標準レイアウトのフォルダーを指定してください。",
            "neither 住民情報 nor 住登外者宛名基本情報 is there; name a folder of the standard layout",
        )
    frame = _sorted(frames)
    twice = int((frame["key"] == frame["key"].shift(1)).sum())
    if twice:
        raise NotReadable(
            f"同じ宛名番号の記録が {twice} 件あります。chukan validate で一意性を確かめてください。",
            f"{twice} records have the 宛名番号 of another of their file; check uniqueness with chukan validate",
        )
    return frame


def _sorted(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """All records by key; column by column, so that no more than one column is there twice."""
    whole = pl.concat(frames)
    frames.clear()
    order = whole["key"].arg_sort()
    for name in whole.columns:
        whole = whole.with_columns(whole[name].gather(order))
    return whole


def _frame(source: Source, encoding: str) -> pl.DataFrame:
    key, path = source.key, source.path
    side = 0 if key == RESIDENTS else 1
    try:
        scan = _scan(path, encoding)
        there = set(scan.collect_schema().names())
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as broken:
        raise NotReadable(
            f"{path.name} を読めません: {type(broken).__name__}",
            f"cannot read {path.name}: {type(broken).__name__}",
        ) from None
    if "宛名番号" not in there:
        raise NotReadable(f"{path.name} に宛名番号がありません。", f"{path.name} has no 宛名番号")
    if "最新フラグ" in there:
        scan = scan.filter(pl.col("最新フラグ") == "1")

    def item(names: tuple[str, ...]) -> pl.Expr:
        known = [n for n in names if n in there]
        blank = pl.lit("", pl.String)
        return (
            pl.coalesce([pl.when(pl.col(n) != "").then(pl.col(n)) for n in known] + [blank])
            if known
            else blank
        )

    # texts that many records share are kept once
    picked = [item(items[side]).cast(pl.String if name in _OWN else pl.Categorical).alias(name) for name, items in _ITEMS.items()]
    picked.append(item(_CHANGED[side]).cast(pl.Categorical).alias("changed"))
    status = (
        pl.when(pl.col("state") == "1").then(pl.lit("resident")).otherwise(pl.lit("gone"))
        if side == 0
        else pl.lit("other")
    ).cast(pl.Categorical)
    try:
        front = source.key_text + "/"
        who = (
            pl.lit(front).add(pl.col("宛名番号")).alias("key"),
            pl.col("宛名番号").alias("no"),
            pl.lit(source.dump).cast(pl.Categorical).alias("dump"),
        )
        return scan.select(*who, *picked).with_columns(status=status).collect()
    except pl.exceptions.PolarsError as broken:
        raise NotReadable(
            f"{path.name} を読めません: {type(broken).__name__}",
            f"cannot read {path.name}: {type(broken).__name__}",
        ) from None


def _scan(path: Path, encoding: str) -> pl.LazyFrame:
    if path.suffix == ".parquet":
        return pl.scan_parquet(path).with_columns(pl.all().cast(pl.String).fill_null(""))
    scan = pl.scan_csv(path, infer_schema=False, encoding=encoding)  # type: ignore[arg-type]
    return scan.rename(lambda name: name.lstrip("\ufeff"))
