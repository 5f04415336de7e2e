"""How well a column's contents fit an item, from -1 (cannot be) to 1, with the reasons."""

from __future__ import annotations

from typing import NamedTuple

from chukan_layout.model.layout import CodeTable, Item, LayoutFile
from chukan_layout.propose.profile import Profile

NUMBERS = ("9", "S9", "9V")
CHECKED = {"mynumber": "個人番号の検査数字", "houjin": "法人番号の検査数字", "dantai": "団体コードの検査数字"}


class Fit(NamedTuple):
    score: float
    why: tuple[str, ...]


def fit(p: Profile, item: Item, file: LayoutFile, table: CodeTable | None) -> Fit:
    """Contents against one item."""
    if not p.distinct:
        return Fit(-0.6 if item.required else 0.0, ("値がすべて空欄",))
    why: list[str] = []
    score = _kind(p, item, table, why)
    if item.check_digit in CHECKED:
        passing = p.share(item.check_digit)
        score = 1.0 if passing > 0.95 else -0.8
        if passing > 0.95:
            why.insert(0, f"{CHECKED[item.check_digit]}が {passing:.0%} 合う")
    elif p.share("mynumber") > 0.95 or (p.share("houjin") > 0.95 and item.name != "法人番号"):
        score -= 0.6
    if item.required and p.filled < 0.98:
        score -= 0.35
    elif item.required:
        score += 0.08
    elif p.filled > 0.99:
        score -= 0.04
    if item.name in file.key and len(file.key) == 1 and p.unique:
        score += 0.2
        why.append("値がすべて異なり、キーになりうる")
    return Fit(max(-1.0, min(score, 1.0)), tuple(why))


def _kind(p: Profile, item: Item, table: CodeTable | None, why: list[str]) -> float:
    if table is not None:
        return _code(p, table, why)
    if item.type == "DATE":
        return _date(p, item, why)
    if p.date_shape in ("wareki_letter", "iso", "parts"):
        return -0.8
    if item.type == "YEAR":
        return _said(p.share("year"), "西暦4桁の年", why)
    if item.type == "TIME":
        return _said(p.share("time"), "時刻", why)
    if item.type in NUMBERS:
        return _number(p, item, why)
    if item.charset_class == "kana":
        return _said(p.share("half_kana", "full_kana"), "カナ", why)
    if item.charset_class == "full":
        kana = p.share("half_kana", "full_kana") > 0.9
        return 0.1 if kana else _said(p.share("wide"), "全角の文字", why) - (0.2 if p.longest > item.digits else 0)
    return _half(p, item, why)


def _said(share: float, what: str, why: list[str]) -> float:
    if share > 0.9:
        why.append(f"値の {share:.0%} が{what}")
        return 0.5
    return -0.7 if share < 0.5 else 0.0


def _date(p: Profile, item: Item, why: list[str]) -> float:
    if p.date_shape is None:
        return -0.9
    why.append({"parts": "年号・年・月・日に分かれた日付", "ymd8": "暦にある8桁の日付", "wareki_letter": "年号の英字と6桁の日付", "iso": "区切りのある日付"}[p.date_shape])
    return 0.6


def _code(p: Profile, table: CodeTable, why: list[str]) -> float:
    if not p.codes or p.date_shape or p.share("wide") > 0.5:
        return -0.8
    codes = {c.lstrip("0") or "0" for c in table.codes}
    mine = {c.lstrip("0") or "0" for c in p.codes}
    if mine <= codes:
        why.append(f"値 {len(mine)} 種がすべてコード表「{table.name}」にある")
        return 0.35 + 0.3 * len(mine) / max(len(codes), 1)
    if len(mine) <= len(codes):
        why.append(f"値 {len(mine)} 種（コード表「{table.name}」は {len(codes)} 種）")
        return 0.25 * len(mine) / len(codes)
    return -0.7


def _number(p: Profile, item: Item, why: list[str]) -> float:
    if p.share("number") < 0.98 or p.share("zero_led") > 0.2 or p.date_shape:
        return -0.8
    if item.scale == 0 and p.share("decimal") > 0.02:
        return -0.7
    whole = p.longest - (item.scale + 1 if p.share("decimal") > 0.5 else 0)
    if whole > item.digits:
        return -0.8
    score = 0.3 + (0.2 if item.scale and p.share("decimal") > 0.9 else 0)
    if item.name.endswith(("額", "料", "税")) and p.share("hundreds") > 0.3:
        why.append("百円単位の金額が多い")
        score += 0.15
    return score


def _half(p: Profile, item: Item, why: list[str]) -> float:
    if p.share("wide") > 0.02 or p.longest > item.digits + (1 if p.share("postal") > 0.9 else 0):
        return -0.8
    if p.share("postal") > 0.9:
        why.append("3桁-4桁の郵便番号")
        return 0.8 if "郵便" in item.name else -0.7
    if p.share("phone") > 0.9:
        why.append("電話番号の形")
        return 0.8 if "電話" in item.name or "TEL" in item.name else -0.6
    if p.share("month") > 0.9 and item.name.endswith("年月"):
        why.append("年月6桁")
        return 0.6
    if p.date_shape:
        return -0.7
    score = 0.1
    if item.exact:
        score += 0.25 if p.same_length and p.longest == item.digits else -0.1 if p.longest < item.digits else 0
        if p.same_length and p.longest == item.digits:
            why.append(f"すべて {item.digits} 桁")
    if item.charset_class == "digit" and p.share("digits") < 0.95:
        score -= 0.6
    return score
