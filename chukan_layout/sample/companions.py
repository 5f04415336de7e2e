"""The files beside 住民情報, made of the same records so that every foreign key holds."""

from __future__ import annotations

import polars as pl

from chukan_layout.sample.records import CITY


def companions(records: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """移行ファイル id -> its records, in the standard's writing (``…@vendor`` twins as in the records)."""
    latest = records.filter(pl.col("最新フラグ") == "1")
    heads = latest.filter((pl.col("続柄コード1") == "02") & (pl.col("住民状態") == "1"))
    return {
        "異動履歴": _moves(records),
        "世帯": _households(latest, heads),
        "支援措置": _support(latest),
        "旧氏履歴": _former_names(latest),
        "通称履歴": _aliases(latest),
        "個人番号": latest.select("宛名番号", pl.lit("1").alias("履歴番号"), "個人番号", "最新フラグ"),
    }


def _moves(records: pl.DataFrame) -> pl.DataFrame:
    return records.select(
        "宛名番号", pl.col("個人履歴番号").alias("異動履歴番号"), "世帯番号", "異動年月日", "異動届出年月日",
        "異動事由", pl.lit("").alias("備考"),
    )  # fmt: skip


def _households(latest: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    live = latest.filter(pl.col("住民状態") == "1")
    count = live.group_by("世帯番号").agg(pl.len().alias("世帯員数"))
    return (
        heads.join(count, on="世帯番号", how="left", maintain_order="left")
        .select(
            "世帯番号", pl.col("宛名番号").alias("世帯主宛名番号"), "世帯主氏名", "世帯主氏名@vendor",
            pl.lit(CITY).alias("住所_市区町村コード"), "住所_町字コード", "住所_町字", "住所_番地号表記", "住所_方書",
            "住所_郵便番号", "世帯員数", pl.col("住民となった年月日").alias("世帯設定年月日"),
        )
    )  # fmt: skip


def _support(latest: pl.DataFrame) -> pl.DataFrame:
    chosen = latest.filter((pl.col("宛名番号") % 1000 == 7) & (pl.col("住民状態") == "1"))
    return chosen.select(
        "宛名番号", pl.lit("1").alias("履歴番号"), pl.col("異動年月日").alias("支援措置開始年月日"),
        pl.lit(None, pl.Date).alias("支援措置終了年月日"), pl.lit("1").alias("支援措置区分"), "最新フラグ",
    )  # fmt: skip


def _former_names(latest: pl.DataFrame) -> pl.DataFrame:
    chosen = latest.filter(
        (pl.col("宛名番号") % 300 == 11) & (pl.col("住民種別") == "1") & (pl.col("性別") == "2")
    )
    return chosen.select(
        "宛名番号", pl.lit("1").alias("履歴番号"), pl.lit("旧川").alias("旧氏"), pl.lit("旧川").alias("旧氏@vendor"),
        pl.lit("キュウカワ").alias("旧氏_フリガナ"), pl.lit("ｷｭｳｶﾜ").alias("旧氏_フリガナ@vendor"),
        pl.col("異動年月日").alias("記載年月日"), pl.lit(None, pl.Date).alias("削除年月日"), "最新フラグ",
    )  # fmt: skip


def _aliases(latest: pl.DataFrame) -> pl.DataFrame:
    chosen = latest.filter((pl.col("住民種別") == "2") & (pl.col("宛名番号") % 3 == 0))
    return chosen.select(
        "宛名番号", pl.lit("1").alias("履歴番号"), pl.lit("架空　通").alias("通称"), pl.lit("架空　通").alias("通称@vendor"),
        pl.lit("カクウ　ツウ").alias("通称_フリガナ"), pl.lit("ｶｸｳ ﾂｳ").alias("通称_フリガナ@vendor"),
        pl.col("異動年月日").alias("記載年月日"), pl.lit(None, pl.Date).alias("削除年月日"), "最新フラグ",
    )  # fmt: skip
