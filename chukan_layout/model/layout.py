"""レイアウト (layout): 移行ファイル, データ項目, コード表 as plain data.

The columns follow the official データ項目一覧表 (中間標準レイアウト仕様: No., データ項目名称, データ型, 桁数,
外字使用, コード, 必須, 繰り返し, 項目説明, サンプル値, 備考, APPLIC引用).  What we add (secret class, check
digit, conditions) is marked by the ``source`` of the line that carries it.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

DataType = Literal["X", "N", "9", "9V", "S9", "DATE", "TIME", "YEAR"]
Secret = Literal["none", "personal", "sensitive", "mynumber"]
Severity = Literal["error", "warning", "info"]
Charset = Literal["half", "full", "kana", "digit", "alnum", "any"]
CheckDigit = Literal["mynumber", "juminhyo", "houjin", "dantai", "m11w27"]
Source = Annotated[
    str, Field(pattern=r"^(official:V\d+\.\d+|successor:\d{3}(/\d+)?|law:.+|draft)$")
]
#: What happens to the record or the value when a check fails.
Action = Literal["reject", "null", "keep"]


class Strict(BaseModel):
    """Base of every declarative object: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


class Condition(Strict):
    """One test on one item of the same record: its code is in a list, or it is present or absent."""

    item: str
    in_: tuple[str, ...] | None = Field(default=None, alias="in")
    not_in: tuple[str, ...] | None = None
    present: bool | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Condition:
        if sum(x is not None for x in (self.in_, self.not_in, self.present)) != 1:
            raise ValueError("exactly one of in, not_in, present")
        return self


class Item(Strict):
    """データ項目: one line of a データ項目一覧表."""

    no: int = Field(ge=1)
    name: str = Field(min_length=1)
    type: DataType
    digits: int = Field(ge=1, le=4000)
    scale: int = Field(default=0, ge=0, le=9)
    gaiji: bool = False
    code: str | None = None
    required: bool = False
    repeat: int = Field(default=1, ge=1)
    description: str = ""
    sample: str = ""
    note: str = ""
    applic: str = ""
    source: Source
    secret: Secret = "none"
    charset: Charset | None = None
    exact: bool = False
    check_digit: CheckDigit | None = None
    min: str | None = None
    max: str | None = None
    required_when: tuple[Condition, ...] = ()
    applies_when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    on_error: Action = "keep"
    #: Columns of the sheet that have no field of their own (ローマ字, クラス分類, データ出力条件 ...).
    attributes: dict[str, str] = {}

    @property
    def charset_class(self) -> Charset:
        """The character class of a value: as declared, else by データ型 (X and numbers half, N full)."""
        if self.charset:
            return self.charset
        return {"X": "half", "N": "full"}.get(self.type, "any")  # type: ignore[return-value]


class CodeValue(Strict):
    code: str
    name: str
    note: str = ""


class CodeTable(Strict):
    """コード一覧表 of one コード名."""

    name: str
    source: Source
    description: str = ""
    note: str = ""
    values: tuple[CodeValue, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(v.code for v in self.values)


class Compare(Strict):
    """Two items of one record compared, when both have a value (dates, numbers)."""

    kind: Literal["compare"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    left: str
    op: Literal["<=", "<", ">=", ">", "==", "!="]
    right: str
    when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    action: Action = "keep"
    source: Source
    reason: str = ""
    note: str = ""


class Implies(Strict):
    """When all of ``when`` hold, all of ``then`` must."""

    kind: Literal["implies"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    when: tuple[Condition, ...]
    then: tuple[Condition, ...]
    severity: Severity = "error"
    action: Action = "keep"
    source: Source
    reason: str = ""
    note: str = ""


class Sum(Strict):
    """合計: ``total`` equals the sum of ``plus`` less ``minus``, give or take ``tolerance``; blanks count as 0.

    Not judged when ``total`` is blank (requirement VAL-07 for values that a calculation leaves half way).
    """

    kind: Literal["sum"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    total: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    tolerance: int = Field(default=0, ge=0)
    when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    action: Action = "keep"
    source: Source
    reason: str = ""
    note: str = ""


class Unique(Strict):
    kind: Literal["unique"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    items: tuple[str, ...]
    when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    source: Source
    note: str = ""


class Target(Strict):
    """Items of a 移行ファイル that a foreign key may refer to; ``area`` is its 業務 when it is another one."""

    file: str
    items: tuple[str, ...]
    area: int | None = None


class Foreign(Strict):
    """外部キー: the items of this file must stand in ``to_items`` of ``to_file``, or in one of ``or_to``.

    ``to_area`` is the 業務 of ``to_file`` when it is another one.  Not judged unless every 移行ファイル referred
    to is among the inputs: a person who is not in 住民基本台帳 may be in 住登外管理.
    """

    kind: Literal["foreign"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    items: tuple[str, ...]
    to_file: str
    to_items: tuple[str, ...]
    to_area: int | None = None
    or_to: tuple[Target, ...] = ()
    when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    source: Source
    note: str = ""

    @property
    def targets(self) -> tuple[Target, ...]:
        """Everything the key may refer to."""
        return (Target(file=self.to_file, items=self.to_items, area=self.to_area), *self.or_to)


class GroupCount(Strict):
    """Among the records that satisfy ``where``, each group has min..max records that satisfy ``count``."""

    kind: Literal["group_count"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    group: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    count: tuple[Condition, ...]
    min: int = 0
    max: int = 1
    severity: Severity = "error"
    source: Source
    note: str = ""


class History(Strict):
    """Per key the history number runs 1, 2, 3 ... and exactly the greatest is marked latest."""

    kind: Literal["history"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    key: tuple[str, ...]
    number: str
    latest: str | None = None
    severity: Severity = "error"
    source: Source
    note: str = ""


class Totals(Strict):
    """明細の合計: ``amount`` equals the sum of ``of_amount`` over the records of ``of_file`` with the same key.

    ``items`` are the key here, ``of_items`` the key there; no record there counts as 0.  A blank ``amount`` is not
    judged.  ``of_when`` says which records there count.
    """

    kind: Literal["totals"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    items: tuple[str, ...]
    amount: str
    of_file: str
    of_items: tuple[str, ...]
    of_amount: str
    of_area: int | None = None
    of_when: tuple[Condition, ...] = ()
    tolerance: int = Field(default=0, ge=0)
    when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    source: Source
    note: str = ""


class Periods(Strict):
    """期間: per key the spans from ``start`` to ``end`` (both included, a blank end is open) do not overlap.

    With ``gapless`` each span must begin on the day after the one before it ended.
    """

    kind: Literal["periods"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    key: tuple[str, ...]
    start: str
    end: str
    gapless: bool = False
    when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    source: Source
    note: str = ""


class Joined(Strict):
    """他ファイルの日付との比較: ``item`` stands in ``op`` to ``to_item`` of the record with the same key there.

    Both are dates; ``years`` and then ``days`` are added to the one there.  An age is reached on the eve of the birthday
    (年齢計算ニ関スル法律): 65歳到達 is ``>=`` 生年月日 with 65 years and -1 day; 29 February becomes 1 March in a common year.
     Not judged where either date is blank or no record there has the key; of several
    there, the last one counts.  ``to_when`` says which records there count.
    """

    kind: Literal["joined"]
    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    name: str
    items: tuple[str, ...]
    item: str
    op: Literal["<=", "<", ">=", ">"]
    to_file: str
    to_items: tuple[str, ...]
    to_item: str
    to_area: int | None = None
    to_when: tuple[Condition, ...] = ()
    years: int = Field(default=0, ge=0, le=150)
    days: int = Field(default=0, ge=-366, le=366)
    when: tuple[Condition, ...] = ()
    severity: Severity = "error"
    source: Source
    note: str = ""


RowCheck = Annotated[Compare | Implies | Sum, Field(discriminator="kind")]
KeyedCheck = Annotated[
    Unique | Foreign | GroupCount | History | Totals | Periods | Joined, Field(discriminator="kind")
]


class LayoutFile(Strict):
    """移行ファイル with its データ項目一覧表, keys and checks.

    ``id`` is the file's name without the word ファイル and is used in paths; ``key`` names the items of
    the primary key, in order.
    """

    area: int
    area_name: str
    no: int
    id: str
    name: str
    description: str = ""
    source: Source
    key: tuple[str, ...]
    items: tuple[Item, ...]
    row_checks: tuple[RowCheck, ...] = ()
    keyed_checks: tuple[KeyedCheck, ...] = ()
    attributes: dict[str, str] = {}

    def item(self, name: str) -> Item:
        """The item called ``name``; KeyError when there is none."""
        for item in self.items:
            if item.name == name:
                return item
        raise KeyError(name)

    def index(self, name: str) -> int:
        """Position (from 0) of the item called ``name``; KeyError when there is none."""
        for i, item in enumerate(self.items):
            if item.name == name:
                return i
        raise KeyError(name)

    @property
    def folder(self) -> str:
        return f"{self.area:02d}-{self.area_name}"


class FileFormat(Strict):
    """共通仕様 of the files: what the official text leaves open, with our stated default."""

    encoding: Literal["utf-8", "utf-16le", "utf-16be", "cp932", "euc-jp"] = "utf-8"
    bom: bool = False
    delimiter: str = ","
    quote: str = '"'
    newline: Literal["lf", "crlf"] = "lf"
    header: bool = True
    source: Source = "draft"
    reason: str = ""


class Area(Strict):
    """業務 with its 移行ファイル and code tables."""

    no: int
    name: str
    files: tuple[LayoutFile, ...]
    codes: dict[str, CodeTable]


class LayoutSet(Strict):
    """All areas of one version."""

    version: str
    title: str
    source: Source
    note: str = ""
    format: FileFormat
    areas: tuple[Area, ...]

    def area(self, no: int) -> Area:
        for area in self.areas:
            if area.no == no:
                return area
        raise KeyError(no)


def version_key(version: str) -> tuple[int, ...]:
    """Sort key of a version such as ``2.7``."""
    return tuple(int(x) for x in re.findall(r"\d+", version))
