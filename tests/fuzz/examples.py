"""What the fuzzed targets begin with: texts, chains of operations, record layouts, cleansing rules.  All made up."""

from __future__ import annotations

from typing import Any

from chukan_layout.model.cleansing import Cleansing

TEXTS = (
    '例示　太郎,ｱｲｳﾞ,2020-04-01,"a""b"\r\n',
    "令和2年4月1日\t\ue000\u6f22\u0301\t-1\t9999999999\n",
    "１２３～−‖￢\u3000\n\r\n",
    "A 1\n\n\"x\ny\",'z'|;\n",
)
RULES = ("令和2年4月1日", "R02.04.01", "20200229\x00ｱｲ ﾊﾞ", "１２３-4\x001\x00\x00x", "昭和49年不詳", "4250401", "男", "-12.50", "カ−ド〜ｰ\ue000")

DATE: dict[str, Any] = {"op": "date", "shapes": ["ymd8", "wareki_kanji", "wareki_letter", "wareki_code1"]}
CHAINS: list[list[dict[str, Any]]] = [
    [{"op": "trim"}, {"op": "to_full"}, {"op": "long_vowel"}],
    [{"op": "to_half"}, {"op": "upper"}, {"op": "strip"}],
    [{"op": "kana_full"}, {"op": "kana_large"}, {"op": "dash"}, {"op": "wave_dash"}],
    [{"op": "kana_half"}, {"op": "remove", "chars": " -"}],
    [{"op": "gaiji", "table": "表"}, {"op": "map", "table": "表", "default": "9"}],
    [{"op": "lookup", "table": "表", "separator": "|", "default": None}],
    [{"op": "pad", "width": 15, "char": "0"}, {"op": "insert", "text": "-", "at": 3}],
    [{"op": "number", "scale": 2}],
    [{"op": "concat", "separator": "　"}, {"op": "substr", "start": 1, "length": 7}],
    [{"op": "split", "separator": " ", "index": 1, "rest": True}, {"op": "substr_bytes", "start": 1, "length": 5}],
    [{"op": "coalesce", "source": 1}, {"op": "default", "value": "x"}, {"op": "null_if", "in": ["x", "1"]}],
    [{"op": "when", "in": ["1"], "then": "男", "otherwise": None}],
    [DATE | {"zeros": "null"}],
    [DATE, {"op": "date_part", "part": "year"}],
    [DATE, {"op": "format_date", "shape": "wareki_kanji"}],
]


def _field(name: str, at: int, size: int, kind: str = "X", **more: Any) -> dict[str, Any]:
    return {"name": name, "at": at, "bytes": size, "type": kind, **more}


_KINDS: list[dict[str, Any]] = [
    _field("番号", 0, 3, "zoned", digits=3, signed=True),
    _field("氏名", 3, 6, "M"),
    _field("漢字", 9, 4, "N"),
    _field("額", 13, 3, "packed", digits=5, signed=True, scale=2),
    _field("率", 16, 4, "float"),
    _field("回数", 20, 2, "binary", digits=4, signed=True),
]
_TABLE: list[dict[str, Any]] = [
    _field("回数", 0, 2, "zoned", digits=2),
    *[_field(f"明細({i})", 2 + 3 * (i - 1), 3, odo=[{"counter": "回数", "most": 4, "stride": 3, "element": i}]) for i in range(1, 5)],
    _field("後", 14, 2, odo=[{"counter": "回数", "most": 4, "stride": 3, "element": 0}]),
]
_BODY = {"kinds": [{"name": "a", "fields": _KINDS}]}
_SHRINKING = {"shrinks": True, "kinds": [{"name": "a", "fields": _TABLE}]}
#: Record layouts with their charset.
RECORDS: list[tuple[dict[str, Any], str]] = [
    ({"form": "fixed", "length": 24, "profile": "fujitsu", **_BODY}, "jef-kana"),
    ({"form": "line", "length": 24, "newline": "crlf", "profile": "fujitsu", **_BODY}, "cp932"),
    ({"form": "rdw", "big": True, "inclusive": True, **_BODY}, "ibm930"),
    ({"form": "rdw", "big": False, "inclusive": False, "profile": "pc", **_BODY}, "cp932"),
    ({"form": "bdw", "big": True, "inclusive": True, "profile": "hitachi", **_BODY}, "keis83"),
    ({"form": "bdw", "big": True, "inclusive": True, **_SHRINKING}, "ibm939"),
    ({"form": "rdw", "big": True, "inclusive": True, **_SHRINKING}, "jef-kana"),
    ({"form": "line", **_SHRINKING}, "cp932"),
]

CLEANSING = Cleansing.model_validate({
    "normalise": [
        {"id": "N1", "name": "例", "class": "safe", "area": 1, "file": "世帯情報", "items": ["住所_番地号表記"],
         "ops": [{"op": "to_full"}, {"op": "dash"}], "source": "draft"},
    ],
    "purge": [
        {"id": "P1", "name": "例", "area": 1, "file": "世帯情報", "when": [{"item": "世帯設定年月日", "older_than_years": 10}], "source": "draft"},
    ],
})  # fmt: skip
