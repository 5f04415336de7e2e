"""name_key: the same name written differently has one key; other names do not."""

from __future__ import annotations

import polars as pl
import pytest

from chukan_layout.gaiji.key import fold_frame, name_key


def key(name: str | None) -> str | None:
    return name_key(pl.Series([name], dtype=pl.String))[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋　ヒロシ", "高橋 ひろし"),
        ("渡邉\U000e010f", "渡辺"),
        ("佐々木", "佐佐木"),
        ("𠮷田", "吉田"),
        ("神", "神"),
        ("ﾜﾀﾅﾍﾞ", "わたなべ"),
        ("八ヶ代", "八ケ代"),
        ("ッ", "ツ"),
    ],
)
def test_variants_share_a_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(("one", "other"), [("斉藤", "斎藤"), ("太田", "大田"), ("土", "士"), ("末", "未")])
def test_different_names_do_not(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_blank_and_null() -> None:
    assert key(None) is None and key("　 ") == ""


def test_a_key_is_its_own_key() -> None:
    keys = fold_frame()["key"]
    assert name_key(keys).to_list() == keys.to_list()
