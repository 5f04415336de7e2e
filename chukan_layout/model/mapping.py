"""マッピング (mapping): how one vendor's files become 移行ファイル.

Operations are small frozen objects, one class per operation, told apart by ``op``.  What each one means
is defined by the function of the same name in :mod:`chukan_layout.plan.reference`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chukan_layout.model.layout import Condition, Strict
from chukan_layout.model.record import RecordLayout

#: Names of :mod:`chukan_layout.charset.registry`: of PCs, then of hosts.
Encoding = Literal[
    "cp932", "shift-jis", "euc-jp", "euc-jp-strict", "utf-8", "utf-16", "utf-16le", "utf-16be",
    "shift-jis-2004", "euc-jis-2004", "iso-2022-jp", "iso-2022-jp-2004",
]  # fmt: skip
HostEncoding = Literal[
    "ibm930", "ibm939", "ibm1390", "ibm1399", "jef-kana", "jef-lower", "jef-ascii", "keis78", "keis83", "keis90",
    "keis78-ebcdic", "keis83-ebcdic", "keis90-ebcdic", "jips-j", "jips-e", "jips-e-a", "lets-j",
]  # fmt: skip
#: A charset of the user's (``chukan charset add``); whether there is one of that name is checked on loading.
UserEncoding = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]
DateShape = Literal[
    "iso",            # 1980-04-12, 1980/4/12, 1980.4.12
    "ymd8",           # 19800412
    "ymd6",           # 800412, century by pivot
    "ym6",            # 198004: day 01
    "yj7",            # 1980103: year and day of year
    "wareki_letter",  # S550412, S55.04.12, S55/4/12
    "wareki_kanji",   # 昭和55年4月12日, 平成元年1月8日
    "wareki_code1",   # 3550412: era code, two digits each
    "wareki_code2",   # 03550412: two-digit era code, two digits each
    "parts",          # sources are year, month, day, or era, year, month, day
]
CharKind = Literal["digit", "alpha", "symbol", "space"]


class Trim(Strict):
    op: Literal["trim"]
    side: Literal["both", "left", "right"] = "both"


class ToFull(Strict):
    op: Literal["to_full"]
    what: tuple[CharKind, ...] = ("digit", "alpha", "symbol", "space")


class ToHalf(Strict):
    op: Literal["to_half"]
    what: tuple[CharKind, ...] = ("digit", "alpha", "symbol", "space")


class KanaFull(Strict):
    op: Literal["kana_full"]


class KanaHalf(Strict):
    op: Literal["kana_half"]


class KanaLarge(Strict):
    """Small kana become large (ァ→ア, ｬ→ﾔ), as host files store names."""

    op: Literal["kana_large"]


class LongVowel(Strict):
    """A hyphen, dash or minus that follows kana becomes the long-vowel mark ー."""

    op: Literal["long_vowel"]


class Dash(Strict):
    """Every hyphen, dash and minus (not the long-vowel mark) becomes ``to``."""

    op: Literal["dash"]
    to: str = Field(default="－", min_length=1, max_length=1)


class WaveDash(Strict):
    """The seven characters that CP932 and JIS map differently, all one way."""

    op: Literal["wave_dash"]
    to: Literal["ms", "jis"] = "jis"


class Upper(Strict):
    op: Literal["upper"]


class Gaiji(Strict):
    """User-defined characters by the table of this mapping; what is not in it stays."""

    op: Literal["gaiji"]
    table: str


class Shrink(Strict):
    """縮退 into a character set by the MJ tables: ``stop`` says how far it may go, ``none`` what has no target becomes."""

    op: Literal["shrink"]
    to: Literal["x0213", "x0208", "cp932"]
    none: Literal["〓", "●"]
    stop: Literal["safe", "legal", "full"] = "full"

    @property
    def table(self) -> str:
        """The name of the table that a run makes for it (:mod:`chukan_layout.gaiji.kernel_tables`)."""
        return f"縮退:{self.to}:{self.stop}:{self.none}"


class Map(Strict):
    """コード変換 by a named table of codes.toml; an unknown value fails with COD unless ``default``."""

    op: Literal["map"]
    table: str
    default: str | None = None


class Lookup(Strict):
    """Several source items, joined by ``separator``, looked up in a table of codes.toml."""

    op: Literal["lookup"]
    table: str
    separator: str = "|"
    default: str | None = None


class Pad(Strict):
    op: Literal["pad"]
    width: int = Field(ge=1, le=200)
    char: str = Field(default="0", min_length=1, max_length=1)


class Strip(Strict):
    """Leading ``char`` are removed; one stays when nothing else would."""

    op: Literal["strip"]
    char: str = Field(default="0", min_length=1, max_length=1)


class Remove(Strict):
    """Every character of ``chars`` is removed (the hyphen of a postal code)."""

    op: Literal["remove"]
    chars: str = Field(min_length=1)


class Insert(Strict):
    """``text`` is put before the character at position ``at`` when the value is longer than ``at``."""

    op: Literal["insert"]
    text: str
    at: int = Field(ge=0)


class Number(Strict):
    """A number with sign (+ - △ ▲ leading or trailing -), commas and full-width digits, made canonical."""

    op: Literal["number"]
    scale: int = Field(default=0, ge=0, le=9)


class Concat(Strict):
    """All sources that are not blank, joined by ``separator``."""

    op: Literal["concat"]
    separator: str = ""


class Split(Strict):
    """The ``index``-th part (from 0) of the value split at ``separator``; blank when there is none.

    ``rest`` takes everything from that part on.
    """

    op: Literal["split"]
    separator: str = Field(min_length=1)
    index: int = Field(ge=0)
    rest: bool = False


class Substr(Strict):
    """``length`` characters from ``start`` (from 0)."""

    op: Literal["substr"]
    start: int = Field(ge=0)
    length: int = Field(ge=1)


class SubstrBytes(Strict):
    """``length`` bytes from ``start`` (from 0) of the value in the source's encoding; half a character goes."""

    op: Literal["substr_bytes"]
    start: int = Field(ge=0)
    length: int = Field(ge=1)


class Const(Strict):
    op: Literal["const"]
    value: str


class Default(Strict):
    """``value`` when the value is blank so far."""

    op: Literal["default"]
    value: str


class Coalesce(Strict):
    """The source at place ``source`` (from 0) when the value is blank so far."""

    op: Literal["coalesce"]
    source: int = Field(ge=0)


class When(Strict):
    """``then`` when the value so far is one of ``in``; else ``otherwise``, or the value when that is absent."""

    op: Literal["when"]
    in_: tuple[str, ...] = Field(alias="in")
    then: str
    otherwise: str | None = None


class NullIf(Strict):
    """Blank when the value is one of ``in``."""

    op: Literal["null_if"]
    in_: tuple[str, ...] = Field(alias="in")


class Date(Strict):
    """A date of one of ``shapes`` made YYYY-MM-DD, or what ``part`` asks for.

    ``part`` is ``date``; ``unknown_flag`` (1 when the text is one of the fourteen forms of 不詳日, else 0);
    ``unknown_text`` (that text, else blank).  ``zeros`` and ``nines`` say what 00000000 and 99999999 mean.
    """

    op: Literal["date"]
    shapes: tuple[DateShape, ...]
    part: Literal["date", "unknown_flag", "unknown_text"] = "date"
    zeros: Literal["null", "min", "error"] = "null"
    nines: Literal["null", "max", "error"] = "null"
    unknown: Literal["null", "error"] = "error"
    pivot: int = Field(default=30, ge=0, le=99)
    eras: tuple[str, ...] = ("1", "2", "3", "4", "5")


class FormatDate(Strict):
    """YYYY-MM-DD written in another shape (the inverse of :class:`Date`)."""

    op: Literal["format_date"]
    shape: Literal["iso", "ymd8", "wareki_letter", "wareki_kanji", "wareki_code1", "wareki_code2"]
    eras: tuple[str, ...] = ("1", "2", "3", "4", "5")
    null: str = ""


class DatePart(Strict):
    """One part of YYYY-MM-DD: the Western year, the era code, the year of the era, month or day."""

    op: Literal["date_part"]
    part: Literal["year", "era", "era_year", "month", "day"]
    width: int = Field(default=0, ge=0, le=4)
    eras: tuple[str, ...] = ("1", "2", "3", "4", "5")


Op = Annotated[
    Trim | ToFull | ToHalf | KanaFull | KanaHalf | KanaLarge | LongVowel | Dash | WaveDash | Upper
    | Gaiji | Shrink | Map | Lookup | Pad | Strip | Remove | Insert | Number | Concat | Split | Substr
    | SubstrBytes | Const | Default | Coalesce | When | NullIf | Date | FormatDate | DatePart,
    Field(discriminator="op"),
]


class MapItem(Strict):
    """One line of a mapping: where an item comes from and what is done on the way.

    Without ``from`` the operations must begin with const.  ``inverse`` states the operations of the way
    back where they cannot be derived.
    """

    to: str
    from_: tuple[str, ...] = Field(default=(), alias="from")
    ops: tuple[Op, ...] = ()
    inverse: tuple[Op, ...] | None = None
    when: tuple[Condition, ...] = ()
    note: str = ""


class Disposition(Strict):
    """What becomes of a source item that no standard item takes (requirement CNV-03, FIT-03)."""

    from_: str = Field(alias="from")
    disposition: Literal["individual", "discard"]
    reason: str


class Unset(Strict):
    """A required item that this source cannot give, and why (requirement FIT-06)."""

    to: str
    reason: str


class CharsetPolicies(Strict):
    """Choices about the charset of a source (``[source.charset]``; docs/charsets.md)."""

    dash: Literal["ms", "jis", "table"] = "ms"
    slice: int = Field(default=0, ge=0, le=5)
    jef: Literal["code", "face"] = "code"
    keis_space: Literal["wide", "narrow"] = "wide"
    ivs: Literal["none", "hanyo-denshi", "adobe-japan1"] = "hanyo-denshi"


class SourceFile(Strict):
    """How one file of the vendor is recognised and read.

    A file of records (``format`` fixed) has its fields in ``record``; ``columns`` are then those fields' names.
    Of a workbook (xlsx) ``sheet`` is read (the first when blank), whose heading is ``header_row`` (from 1; 0: the first
    row that is not blank).  Of an XML file every element ``record_element`` is a record; ``columns`` are the elements in
    it (``住所/町名`` within another, ``電話[2]`` the second of a name, ``氏名@種別`` an attribute).
    A table of a database (``format`` table) is ``schema`` (the usual one when blank) and ``table``, read in the order of
    ``order_by`` (of ``key`` when blank); it is known by these, and ``files`` is empty.
    """

    files: tuple[str, ...]  # glob patterns of file names
    encoding: Encoding | HostEncoding | UserEncoding
    charset: CharsetPolicies = CharsetPolicies()
    format: Literal["delimited", "fixed", "xlsx", "xml", "table"] = "delimited"
    sheet: str = ""
    header_row: int = Field(default=0, ge=0)
    record_element: str = ""
    schema_: str = Field(default="", alias="schema")
    table: str = ""
    order_by: tuple[str, ...] = ()
    delimiter: str = ","
    quote: str = '"'
    newline: Literal["lf", "crlf", "cr"] = "lf"
    header: bool = True
    columns: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    quote_all: bool = False
    record: RecordLayout | None = None

    @model_validator(mode="after")
    def _columns_of_records(self) -> Self:
        if (self.record is not None) != (self.format == "fixed"):
            raise ValueError('format = "fixed" needs [source.record], and only that')
        if self.encoding.startswith("utf-") and self.charset != CharsetPolicies():
            raise ValueError("Unicode の文字コードに charset の選択はありません (there are no choices about Unicode)")
        if (self.format == "xml") != bool(self.record_element):
            raise ValueError('format = "xml" needs record_element, and only that')
        if (self.sheet or self.header_row) and self.format != "xlsx":
            raise ValueError('sheet and header_row are of format = "xlsx"')
        if (self.format == "table") != bool(self.table) or (self.format != "table" and (self.schema_ or self.order_by)):
            raise ValueError('format = "table" needs table; schema and order_by are of it alone')
        if self.format == "table" and self.files:
            raise ValueError('files of format = "table" is []')
        if self.record is not None and not self.columns:
            try:
                object.__setattr__(self, "columns", self.record.columns())
            except KeyError as missing:
                raise ValueError(f"record.read: {missing}") from None
        return self


class FileMapping(Strict):
    """One source file to one 移行ファイル."""

    id: str
    area: int
    file: str  # id of the 移行ファイル
    source: SourceFile
    item: tuple[MapItem, ...]
    rest: tuple[Disposition, ...] = ()
    unset: tuple[Unset, ...] = ()


class CodeMap(Strict):
    """コード対応表: source value to standard code."""

    name: str
    to: str | None = None  # name of the code table of the standard
    note: str = ""
    pairs: tuple[tuple[str, str], ...]
    inverse: tuple[tuple[str, str], ...] = ()  # which source value to write where several give one code


class GaijiTable(Strict):
    """User-defined characters of one body: source character (U+E000...) to characters of the standard."""

    name: str
    source: str = "draft"
    note: str = ""
    pairs: tuple[tuple[str, str], ...]


class Mapping(Strict):
    """Everything about one vendor's data.  With ``masters`` the code tables go beside the data that are written for it."""

    vendor: str
    title: str
    layout_version: str
    note: str = ""
    source: str = "draft"
    masters: bool = False
    files: tuple[FileMapping, ...]
    codes: dict[str, CodeMap] = {}
    gaiji: dict[str, GaijiTable] = {}
