"""The charsets of the package as drafts: states, tables and what is known of them.

:mod:`chukan_layout.charset.registry` applies the policies and packs a draft for the kernel.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from chukan_layout.charset import relations, single
from chukan_layout.charset.blob import UNDEFINED, empty, entry
from chukan_layout.charset.tables import points

_GL = range(0x21, 0x7F)
_GR = range(0xA1, 0xFF)


@dataclass
class Draft:
    """A charset before its policies; the tables are its own and may be changed."""

    kind: Literal["pc", "host", "unicode"]
    title_ja: str
    title_en: str
    source: str
    header: dict[str, Any]
    tables: list[array[int]] = field(default_factory=list)
    space: int = 0x20
    wide_space: int = 0x8140
    #: Rows and cells of the vendor's extension area in table ``extension_table``.
    extension: tuple[range, range] | None = None
    extension_table: int = 1
    #: Whether the policy ``keis_space`` applies.
    keis: bool = False


# -- PC and UNIX ------------------------------------------------------------------------------------------------------


def _digits(classes: dict[int, int]) -> str:
    return "".join(str(classes.get(b, 0)) for b in range(256))


def _sjis_bytes(last: int) -> dict[str, str]:
    leads = dict.fromkeys([*range(0x81, 0xA0), *range(0xE0, last + 1)], 1)
    trails = dict.fromkeys([*range(0x40, 0x7F), *range(0x80, 0xFD)], 1)
    return {"classes": _digits(leads), "trails": _digits(trails)}


_EUC_BYTES = {
    "classes": _digits({0x8E: 1, 0x8F: 2, **dict.fromkeys(_GR, 1)}),
    "trails": _digits(dict.fromkeys(_GR, 1)),
}


def _lead(lead_bytes: dict[str, str], triple: bool = False, **more: Any) -> dict[str, Any]:
    state = {"width": 0, "single": 0, "double": 1, **({"triple": 2} if triple else {})}
    return {"form": "table", "states": [state], "lead_bytes": lead_bytes, **more}


def _split(units: array[int]) -> list[array[int]]:
    """One-byte and two-byte codes apart."""
    singles = units[:256]
    units[:256] = empty(256)
    return [singles, units]


def _cp932(_: str) -> Draft:
    # The NEC selection is read, and the IBM extension written, as Windows does.
    header = _lead(_sjis_bytes(0xFC), decode_only=[[1, 0xED40, 0xEEFC]])
    source = "Python cp932, less 80 A0 FD FE FF"
    return Draft("pc", "Windows-31J (CP932)", "Windows-31J (CP932)", source, header, _split(points("cp932")))


def _shift_jis(_: str) -> Draft:
    tables = [single.jis8(), relations.sjis(relations.jis83())]
    source = "JIS X 0208 (Python euc_jp), JIS X 0201"
    title = "シフトJIS (JIS X 0208 のみ)", "Shift_JIS (JIS X 0208 alone)"
    return Draft("pc", *title, source, _lead(_sjis_bytes(0xFC)), tables)


def _shift_jis_2004(_: str) -> Draft:
    singles = single.jis8()
    singles[0x5C], singles[0x7E] = 0xA5, 0x203E
    planes = points("jisx0213-1"), relations.plane2_rows(points("jisx0213-2"))
    header = _lead(_sjis_bytes(0xFC))
    source = "JIS X 0213 (Python euc_jis_2004)"
    return Draft("pc", "Shift_JIS-2004", "Shift_JIS-2004", source, header, [singles, relations.sjis(*planes)])


def _euc(_: str) -> Draft:
    both = points("euc-jp")
    tables = [*_split(both[:65536]), both[65536:]]
    source = "glibc EUC-JP-MS"
    title = "日本語EUC (NEC特殊文字・IBM拡張文字・補助漢字・外字)", "EUC-JP with NEC and IBM characters (eucJP-ms)"
    return Draft("pc", *title, source, _lead(_EUC_BYTES, triple=True), tables, wide_space=0xA1A1)


def _euc_of(two: array[int], three: array[int]) -> list[array[int]]:
    singles = empty(256)
    for byte in range(0x80):
        singles[byte] = byte
    double = relations.moved(two, relations.GR)
    for byte in range(0xA1, 0xE0):
        double[0x8E00 | byte] = 0xFF61 + byte - 0xA1
    return [singles, double, relations.moved(three, relations.GR)]


def _euc_strict(_: str) -> Draft:
    tables = _euc_of(relations.jis83(), points("jisx0212"))
    source = "Python euc_jp"
    title = "日本語EUC (JIS X 0208・0212 のみ)", "EUC-JP (JIS X 0208 and 0212 alone)"
    return Draft("pc", *title, source, _lead(_EUC_BYTES, triple=True), tables, wide_space=0xA1A1)


def _euc_2004(_: str) -> Draft:
    tables = _euc_of(points("jisx0213-1"), points("jisx0213-2"))
    # Rows of JIS X 0212 are read, as Python does, and written only where JIS X 0213 lacks the character.
    foreign = [row | 0x80 for row in _GL if row - 0x20 not in relations.PLANE2_ROWS]
    header = _lead(_EUC_BYTES, triple=True, decode_only=[[2, row << 8, row << 8 | 0xFF] for row in foreign])
    source = "Python euc_jis_2004"
    return Draft("pc", "EUC-JIS-2004", "EUC-JIS-2004", source, header, tables, wide_space=0xA1A1)


def _iso_2022(jisx0213: bool) -> Draft:
    jis = relations.jis83()
    for unit, value in relations.row13():
        jis[unit] = value
    tables = [single.jis8(), single.roman(), single.kana(), jis, points("jisx0212")]
    states: list[dict[str, Any]] = [
        {"width": 1, "single": 0, "enter": ["1B2842", "0F"]},
        {"width": 1, "single": 1, "enter": ["1B284A"], "mask": 0x100},
        {"width": 1, "single": 2, "enter": ["1B2849", "0E"], "mask": 0x200},
        {"width": 2, "double": 3, "enter": ["1B2442", "1B2440", "1B242842"]},
        {"width": 2, "double": 4, "enter": ["1B242844"], "mask": 0x8000},
    ]
    if jisx0213:
        tables += [points("jisx0213-1"), relations.plane2_rows(points("jisx0213-2"))]
        states[4:4] = [
            {"width": 2, "double": 5, "enter": ["1B242851", "1B24284F"], "mask": 0x80},
            {"width": 2, "double": 6, "enter": ["1B242850"], "mask": 0x8080},
        ]
    header = {"form": "table", "seven": True, "states": states, "reset": [0x0A, 0x0D]}
    header["decode_only"] = [[0, 0xA1, 0xDF]]  # eight-bit kana are read, seven-bit ones written
    name = "ISO-2022-JP-2004" if jisx0213 else "ISO-2022-JP"
    source = "JIS X 0208, 0212, 0213 (Python), NEC row 13 (glibc EUC-JP-MS)"
    title = f"{name} (半角カナ・NEC特殊文字も読む)", f"{name} (with half-width kana and NEC row 13)"
    return Draft("pc", *title, source, header, tables, wide_space=0x2121)


def _unicode(form: str) -> Callable[[str], Draft]:
    wide = {"utf-16le": 0x0030, "utf-16be": 0x3000}.get(form, 0x3000)

    def draft(_: str) -> Draft:
        return Draft("unicode", form.upper(), form.upper(), "Unicode", {"form": form}, wide_space=wide)

    return draft


# -- hosts ------------------------------------------------------------------------------------------------------------


def _host(
    vendor: tuple[str, str],
    tables: list[array[int]],
    shifts: tuple[list[str], list[str]],
    source: str,
    **more: Any,
) -> Draft:
    states = [
        {"width": 1, "single": 0, "enter": shifts[0]},
        {"width": 2, "double": 1, "enter": shifts[1]},
    ]
    header = {"form": "table", "states": states}
    return Draft("host", *vendor, source, header, tables, **{"space": 0x40, "wide_space": 0x4040, **more})


def _ibm(number: int, one: str, two: str) -> Callable[[str], Draft]:
    def draft(_: str) -> Draft:
        title = f"IBM {number} ({one.upper()} + {two.upper()})"
        source = f"glibc IBM{number}"
        return _host((title, title), [points(one), points(two)], (["0F"], ["0E"]), source)

    return draft


def _jef(grid: str, ja: str, en: str) -> Callable[[str], Draft]:
    def draft(policy: str) -> Draft:
        title = f"富士通 JEF (EBCDIC {ja})", f"Fujitsu JEF (EBCDIC, {en})"
        tables = [single.ebcdic(grid), relations.jef(policy)]
        source = "JIS C 6226-1978 + 8080; docs/charsets.md"
        shifts = ["29"], ["28", "38", "30E2"]
        return _host(title, tables, shifts, source, extension=(range(0x41, 0x80), _GR))

    return draft


def _keis(year: int, grid: str) -> Callable[[str], Draft]:
    def draft(_: str) -> Draft:
        kind = grid.removeprefix("hitachi-").upper()
        title = f"日立 KEIS{year} ({kind})", f"Hitachi KEIS{year} ({kind})"
        tables = [single.ebcdic(grid), relations.keis(year)]
        source = "JIS C 6226-1978 / JIS X 0208 + 8080; docs/charsets.md"
        area = (range(0x41, 0x81), _GR)
        return _host(title, tables, (["0A41"], ["0A42"]), source, extension=area, keis=True)

    return draft


def _jips_j(_: str) -> Draft:
    tables = [single.jis8(), relations.jips_j()]
    source = "JIS C 6226-1978, NEC row 13; docs/charsets.md"
    more = {"space": 0x20, "wide_space": 0x2121, "extension": (range(0xA1, 0xE0), _GR)}
    return _host(("日本電気 JIPS(J)", "NEC JIPS(J)"), tables, (["1A71"], ["1A70"]), source, **more)


def _jips_e(grid: str) -> Callable[[str], Draft]:
    def draft(_: str) -> Draft:
        singles = single.ebcdic(grid)
        double = relations.through(relations.jips_j(), singles)
        source = "JIPS(J) through the EBCDIK table; docs/charsets.md"
        note = ("、英小文字の別表", ", other small letters") if grid.endswith("-a") else ("", "")
        title = f"日本電気 JIPS(E){note[0]}", f"NEC JIPS(E){note[1]}"
        return _host(title, [singles, double], (["3F76"], ["3F75"]), source, wide_space=0x4F4F)

    return draft


def _lets_j(_: str) -> Draft:
    tables = [single.jis8(), relations.lets_j()]
    source = "JIS X 0208 + 8080, JIS X 0212 + 8000 (Python euc_jp)"
    more = {"space": 0x20, "wide_space": 0x2020, "extension": (range(0x31, 0x51), _GR)}
    return _host(("ユニシス LETS-J", "Unisys LETS-J"), tables, (["93F1"], ["9370"]), source, **more)


def _juki(little: bool) -> Callable[[str], Draft]:
    def draft(_: str) -> Draft:
        table = empty(65536)
        for unit in [*range(0xA9E0), *range(0xF900, 0xFA2E), *range(0xFB00, 0xFFFE)]:
            table[unit] = unit
        for unit in range(0xE000, 0xF900):
            table[unit] = unit
        for unit, text in _juki_codes():
            table[unit] = entry(text)
        if little:
            table = array("I", (table[(unit & 0xFF) << 8 | unit >> 8] for unit in range(65536)))
        header = {"form": "table", "states": [{"width": 2, "double": 0}]}
        wide = 0x0030 if little else 0x3000
        title = f"住基ネット統一文字 (2バイト {'LE' if little else 'BE'})", f"Juki-net unified characters ({'LE' if little else 'BE'})"
        source = "MJ文字情報一覧表 006.02 (gaiji/mj.parquet, CC BY-SA 2.1 JP), other codes as Unicode"
        return Draft("pc", *title, source, header, [table], wide_space=wide)

    return draft


def _juki_codes() -> list[tuple[int, str]]:
    """The characters of J+XXXX: what the MJ table has as UCS, with its variation selector where that needs one."""
    import pyarrow.parquet as pq

    path = Path(__file__).parents[1] / "_data" / "gaiji" / "mj.parquet"
    columns = pq.read_table(path, columns=["juki", "impl", "ivs_base", "ivs_vs"]).to_pydict()
    codes, taken = [], set()
    rows = list(zip(*columns.values(), strict=True))
    # Codes equal to their character first, so that the plain character is theirs and others carry a selector.
    for juki, impl, base, selector in sorted((r for r in rows if r[0]), key=lambda r: (r[0] != r[1], r[0])):
        plain = chr(impl) if impl else ""
        if plain and plain not in taken:
            text = plain
        elif base and selector:
            text = chr(base) + chr(selector)
        else:
            text = plain
        if text:
            taken.add(text)
            codes.append((juki, text))
    return codes


DRAFTS: dict[str, Callable[[str], Draft]] = {
    "cp932": _cp932,
    "shift-jis": _shift_jis,
    "shift-jis-2004": _shift_jis_2004,
    "euc-jp": _euc,
    "euc-jp-strict": _euc_strict,
    "euc-jis-2004": _euc_2004,
    "iso-2022-jp": lambda _: _iso_2022(jisx0213=False),
    "iso-2022-jp-2004": lambda _: _iso_2022(jisx0213=True),
    "utf-8": _unicode("utf-8"),
    "utf-16le": _unicode("utf-16le"),
    "utf-16be": _unicode("utf-16be"),
    "ibm930": _ibm(930, "ibm290", "ibm300"),
    "ibm939": _ibm(939, "ibm1027", "ibm300"),
    "ibm1390": _ibm(1390, "ibm8482", "ibm16684"),
    "ibm1399": _ibm(1399, "ibm5123", "ibm16684"),
    "jef-kana": _jef("fujitsu-kana", "カナ", "kana"),
    "jef-lower": _jef("fujitsu-lower", "英小文字", "small letters"),
    "jef-ascii": _jef("fujitsu-ascii", "ASCII", "ASCII"),
    "keis78": _keis(78, "hitachi-ebcdik"),
    "keis83": _keis(83, "hitachi-ebcdik"),
    "keis90": _keis(90, "hitachi-ebcdik"),
    "keis78-ebcdic": _keis(78, "hitachi-ebcdic"),
    "keis83-ebcdic": _keis(83, "hitachi-ebcdic"),
    "keis90-ebcdic": _keis(90, "hitachi-ebcdic"),
    "jips-j": _jips_j,
    "jips-e": _jips_e("nec-ebcdik"),
    "jips-e-a": _jips_e("nec-ebcdik-a"),
    "lets-j": _lets_j,
    "juki": _juki(little=False),
    "juki-le": _juki(little=True),
}
ALIASES = {
    "windows-31j": "cp932", "ms932": "cp932", "ms-kanji": "cp932",
    "sjis": "cp932",  # what people call so; the strict set has its own name
    "shift_jis": "shift-jis",
    "shift_jis-2004": "shift-jis-2004", "shift_jis_2004": "shift-jis-2004", "sjis-2004": "shift-jis-2004",
    "euc_jp": "euc-jp", "eucjp-ms": "euc-jp", "eucjp": "euc-jp", "eucjp-win": "euc-jp",
    "euc_jis_2004": "euc-jis-2004", "iso2022-jp": "iso-2022-jp", "iso2022_jp": "iso-2022-jp", "jis": "iso-2022-jp",
    "utf8": "utf-8", "utf-16": "utf-16le", "utf16": "utf-16le",
    "ibm5026": "ibm930", "cp930": "ibm930", "cp939": "ibm939", "ibm5035": "ibm939",
    "cp1390": "ibm1390", "cp1399": "ibm1399",
    "jef": "jef-kana", "keis": "keis83", "jips": "jips-j", "jips(j)": "jips-j", "jips(e)": "jips-e", "letsj": "lets-j",
}  # fmt: skip
__all__ = ["ALIASES", "DRAFTS", "UNDEFINED", "Draft"]
