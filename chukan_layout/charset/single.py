"""Single-byte tables of host computers, as grids of the bytes 40-FF (a dot is a byte without a character).

Source: the EBCDIC code pages as the vendors document them, compared with independent open tables (docs/charsets.md);
IBM's are made from the C library (:mod:`chukan_layout.charset.build`).
"""

from __future__ import annotations

from array import array

from chukan_layout.charset.blob import empty

_CAPITALS = ("{ABCDEFGHI······", "}JKLMNOPQR······", "$·STUVWXYZ······", "0123456789······")
_KANA = ("·ｱｲｳｴｵｶｷｸｹｺ·ｻｼｽｾ", "ｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉ··ﾊﾋﾌ", "·~ﾍﾎﾏﾐﾑﾒﾓﾔﾕ·ﾖﾗﾘﾙ", "··········ﾚﾛﾜﾝﾞﾟ")
_LOWER = ("·abcdefghi······", "·jklmnopqr······", "·~stuvwxyz······", "················")

GRIDS: dict[str, tuple[str, ...]] = {
    "fujitsu-kana": (
        " ｡｢｣､･ｦｧｨｩ£.<(+|", r"&ｪｫｬｭｮｯ·ｰ·!\*);¬", "-/········¦,%_>?", "·········`:#@'=\"", *_KANA, *_CAPITALS,
    ),
    "fujitsu-lower": (
        " ·········£.<(+|", r"&·········!\*);^", "-/········¦,%_>?", "·········`:#@'=\"", *_LOWER, *_CAPITALS,
    ),
    "fujitsu-ascii": (
        " ·········[.<(+!", "&·········]$*);^", "-/········¦,%_>?", "·········`:#@'=\"", *_LOWER,
        *_CAPITALS[:2], r"\·STUVWXYZ······", _CAPITALS[3],
    ),
    "hitachi-ebcdik": (
        " ｡｢｣､･ｦｧｨｩ[.<(+!", r"&ｪｫｬｭｮｯ·ｰa]\*);^", "-/bcdefghi|,%_>?", "jklmnopqr`:#@'=\"",
        "sｱｲｳｴｵｶｷｸｹｺtｻｼｽｾ", "ｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉuvﾊﾋﾌ", "w~ﾍﾎﾏﾐﾑﾒﾓﾔﾕxﾖﾗﾘﾙ", "yz········ﾚﾛﾜﾝﾞﾟ", *_CAPITALS,
    ),
    "hitachi-ebcdic": (
        " ·｡｢｣､･ｦｧｨ[.<(+!", r"&ｩｪｫｬｭｮｯｰｱ]\*);^", "-/ｲｳｴｵｶｷｸｹ|,%_>?", "ｺｻｼｽｾｿﾀﾁﾂ`:#@'=\"",
        "ﾃabcdefghiﾄﾅﾆﾇﾈﾉ", "ﾊjklmnopqrﾋﾌﾍﾎﾏﾐ", "ﾑ~stuvwxyzﾒﾓﾔﾕﾖﾗ", "ﾘﾙﾚﾛﾜﾝﾞﾟ········", *_CAPITALS,
    ),
    # Two open sources agree on this one, a third has the small letters as Hitachi has them (nec-ebcdik-a).
    "nec-ebcdik": (
        " ｡｢｣､･ｦｧｨｩ[.<(+!", r"&ｪｫｬｭｮｯaｰb]\*);^", "-/cdefghij|,%_>?", "klmnopqrs`:#@'=\"",
        "tｱｲｳｴｵｶｷｸｹｺuｻｼｽｾ", "ｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉvwﾊﾋﾌ", "x~ﾍﾎﾏﾐﾑﾒﾓﾔﾕyﾖﾗﾘﾙ", "z·········ﾚﾛﾜﾝﾞﾟ", *_CAPITALS,
    ),
    "nec-ebcdik-a": (
        " ｡｢｣､･ｦｧｨｩ[.<(+!", r"&ｪｫｬｭｮｯ·ｰa]\*);¬", "-/bcdefghi^,%_>?", "jklmnopqr`:#@'=\"",
        "sｱｲｳｴｵｶｷｸｹｺtｻｼｽｾ", "ｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉuvﾊﾋﾌ", "w~ﾍﾎﾏﾐﾑﾒﾓﾔﾕxﾖﾗﾘﾙ", "yz········ﾚﾛﾜﾝﾞﾟ", *_CAPITALS,
    ),
}  # fmt: skip
#: Tables with the new line of ISO (15 is U+0085, 25 is LF), as IBM has it; in the others 15 is LF.
_LF_AT_25 = frozenset({"nec-ebcdik"})
#: Fujitsu's shift codes have no character, and 0E and 0F, no shift codes there, mean what 28 and 29 mean elsewhere.
_FUJITSU = {0x0E: 0x88, 0x0F: 0x89, 0x28: None, 0x29: None, 0x38: None}


def ebcdic(name: str) -> array[int]:
    """The table of one of :data:`GRIDS`: 256 entries."""
    table = empty(256)
    controls = bytes(range(0x40)).decode("cp037")
    for byte, c in enumerate(controls):
        table[byte] = ord(c)
    table[0xFF] = 0x9F
    if name not in _LF_AT_25:
        table[0x15], table[0x25] = 0x0A, 0x85
    for byte, c in enumerate("".join(GRIDS[name]), 0x40):
        if c != "·":
            table[byte] = ord(c)
    if name.startswith("fujitsu"):
        for byte, point in _FUJITSU.items():
            if point is None:
                table[byte] = empty(1)[0]
            else:
                table[byte] = point
    return table


def jis8() -> array[int]:
    """ASCII and half-width kana (JIS X 0201 with the backslash of ASCII): 256 entries."""
    table = empty(256)
    for byte in range(0x80):
        table[byte] = byte
    for byte in range(0xA1, 0xE0):
        table[byte] = 0xFF61 + byte - 0xA1
    return table


def roman() -> array[int]:
    """JIS X 0201 Roman: the yen sign and the overline of ISO-2022-JP's ESC ( J."""
    table = empty(256)
    for byte in range(0x80):
        table[byte] = byte
    table[0x5C], table[0x7E] = 0xA5, 0x203E
    return table


def kana() -> array[int]:
    """JIS X 0201 kana in seven bits, with the control characters: ISO-2022-JP's ESC ( I."""
    table = empty(256)
    for byte in range(0x20):
        table[byte] = byte
    for byte in range(0x21, 0x60):
        table[byte] = 0xFF61 + byte - 0x21
    return table
