"""適合率 (fit) as plain data: numerators, denominators, and every item that does not fit.

Requirements FIT-01 … FIT-08.  A rate is never stored without its numerator and denominator; how it was made from them
is :class:`Rounding`, printed on every report.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from chukan_layout.model.layout import Strict

SCHEMA_VERSION = "1"
#: Why an item does not fit.  The first six are the classes of the field; the last two complete them.
FitClass = Literal[
    "不足項目",            # the source has it, the layout does not
    "設定不能の必須項目",  # the layout requires it, the source cannot give it
    "要精度検証",          # set from a constant, or an amount that has to be computed again
    "桁あふれ",            # values longer than the layout allows
    "コード不一致",        # values without a code of the layout
    "外字",                # user-defined characters without a counterpart
    "値の不備",            # values that fail another check
    "移行元にない項目",    # optional in the layout, not in the source
]  # fmt: skip
DispositionName = Literal["個別移行", "破棄", "予備領域", "新規"]
GapClass = Literal["標準", "標準追加", "県版", "個別", "対象外"]
Agreement = Literal["一致", "変換", "不一致", "要確認", "―"]
Owner = Literal["移行元", "レイアウト", "移行先", "業務所管課"]
ItemSide = Literal["layout", "source", "destination"]
RoundingRule = Literal["truncate", "half-up"]


class Rounding(Strict):
    """How a percentage is made of a fraction: ``places`` decimals of a percent."""

    rule: RoundingRule = "truncate"
    places: int = Field(default=1, ge=0, le=4)

    def percent(self, matched: int, total: int) -> str:
        """``97.8``; a dash when there is nothing to divide by.  Exact: whole numbers only."""
        if not total:
            return "―"
        unit = 10**self.places
        scaled, rest = divmod(matched * 100 * unit, total)
        if self.rule == "half-up" and rest * 2 >= total:
            scaled += 1
        whole, part = divmod(scaled, unit)
        return f"{whole}.{part:0{self.places}d}" if self.places else str(whole)

    @property
    def ja(self) -> str:
        place = f"小数第{self.places + 1}位" if self.places else "小数第1位"
        return f"{place}{'以下を切り捨て' if self.rule == 'truncate' else 'を四捨五入'}（百分率）"

    @property
    def en(self) -> str:
        return f"percent, {'truncated' if self.rule == 'truncate' else 'rounded half up'} to {self.places} decimals"


class Ratio(Strict):
    """``matched`` of ``total``."""

    matched: int = Field(ge=0)
    total: int = Field(ge=0)

    def __add__(self, other: Ratio) -> Ratio:
        return Ratio(matched=self.matched + other.matched, total=self.total + other.total)


class ItemFit(Strict):
    """One item of the layout: where it comes from, and how its structure and its values fit."""

    no: int
    name: str
    counterpart: tuple[str, ...] = ()
    matched: bool
    name_fit: Agreement
    type_fit: Agreement
    digits_fit: Agreement
    code_fit: Agreement
    required_fit: Agreement
    value: Ratio | None = None
    origin: str = "draft"


class Gap(Strict):
    """An item that does not fit, and what is to be done.  ``count`` is a number of records, 0 when none was read."""

    side: ItemSide
    no: int
    item: str
    cls: FitClass
    disposition: DispositionName
    gap: GapClass
    owner: Owner
    reason: str
    count: int = 0
    matched: bool = False


class FileFit(Strict):
    """One 移行ファイル.

    ``layout``: items of the layout that have a source, of all its items (the ``fit`` of report.json).
    ``source``: items of the source's file that an item of the layout takes, of all of them.
    ``destination``: items of the destination's file that an item of the layout fills.
    ``value``: values without a finding, of all values judged; at least, as findings of one value may overlap.
    """

    area: int
    area_name: str
    file: str
    name: str
    mapping: str = ""
    layout: Ratio
    source: Ratio | None = None
    destination: Ratio | None = None
    value: Ratio | None = None
    records: int = 0
    items: tuple[ItemFit, ...] = ()
    gaps: tuple[Gap, ...] = ()


class SeenColumn(Strict):
    """One column of a dump: its longest value in characters, how many are filled, and codes with counts where it is one of codes."""

    name: str
    digits: int = 0
    filled: int = 0
    codes: tuple[tuple[str, int], ...] = ()

    def __add__(self, other: SeenColumn) -> SeenColumn:
        counts = dict(self.codes)
        for value, n in other.codes:
            counts[value] = counts.get(value, 0) + n
        digits = max(self.digits, other.digits)
        return SeenColumn(name=self.name, digits=digits, filled=self.filled + other.filled, codes=tuple(counts.items()))


class SeenFile(Strict):
    """One file of a dump, as ``chukan profile`` found it."""

    name: str
    records: int = 0
    columns: tuple[SeenColumn, ...] = ()


class Subject(Strict):
    """What was measured: a mapping alone, a mapping against a profile, or a run."""

    label: str
    kind: Literal["mapping", "profile", "run"]
    mapping: str = ""
    title: str = ""
    destination: str = ""
    municipality: str = ""
    population: int = 0
    band: str = ""
    as_of: str = ""
    verdict: str = ""
    findings: int = 0
    files: tuple[FileFit, ...] = ()

    def total(self, side: Literal["layout", "source", "destination", "value"], area: int | None = None) -> Ratio | None:
        """Sum over the files (of one area); None when no file has that side."""
        found = [r for f in self.files if area in (None, f.area) and (r := getattr(f, side)) is not None]
        return sum(found[1:], found[0]) if found else None


class FitReport(Strict):
    schema_version: str = SCHEMA_VERSION
    tool_version: str
    layout_version: str
    rounding: Rounding = Rounding()
    subjects: tuple[Subject, ...]

    def to_json(self) -> str:
        """Deterministic JSON."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"


#: 人口区分 of the source documents: below 50,000, below 100,000, from 100,000.
BANDS = ("5万人未満", "5万人以上10万人未満", "10万人以上")


def band_of(population: int) -> str:
    """The population band; empty when the population is not known."""
    if population <= 0:
        return ""
    return BANDS[0] if population < 50_000 else BANDS[1] if population < 100_000 else BANDS[2]
