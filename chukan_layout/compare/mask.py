"""Values as they may be shown: the same rules as the kernel's findings (native/src/findings.rs)."""

from __future__ import annotations

from chukan_layout.model.layout import Secret

SHOWN, STARS = 40, 20


def masked(value: str, secret: Secret, reveal: bool) -> str:
    """class none as it is, personal as its shape, sensitive as stars; 個人番号 never, not even its length."""
    if not value:
        return ""
    more = "…" if len(value) > SHOWN else ""
    if secret == "mynumber":
        return "●●●●"
    if reveal:
        return "".join(map(_visible, value[:SHOWN])) + more
    if secret == "sensitive":
        return "＊" * min(len(value), STARS) + more
    if secret == "none" and len(value) == 12 and value.isascii() and value.isdigit():
        return "●●●●"
    if secret == "none" and value.isascii():
        return "".join(map(_visible, value[:SHOWN])) + more
    return "".join(map(_shape, value[:SHOWN])) + more


def _visible(c: str) -> str:
    n = ord(c)
    return chr(0x2400 + n) if n < 0x20 else "␡" if n == 0x7F else "�" if 0x80 <= n < 0xA0 else c


def _shape(c: str) -> str:
    for first, last, shape in _SHAPES:
        if first <= c <= last:
            return shape
    return _visible(c)


_SHAPES = (
    ("0", "9", "9"), ("０", "９", "９"), ("A", "Z", "A"), ("a", "z", "a"), ("Ａ", "Ｚ", "Ａ"), ("ａ", "ｚ", "ａ"),
    ("ぁ", "ゖ", "あ"), ("ァ", "ヺ", "ア"), ("ｦ", "ﾝ", "ｱ"), ("\ue000", "\uf8ff", "外"), ("々", "〆", "漢"),
    ("\u3400", "\u9fff", "漢"), ("\uf900", "\ufaff", "漢"), ("\U00020000", "\U0003ffff", "漢"), ("\U000f0000", "\U0010ffff", "外"),
)  # fmt: skip
