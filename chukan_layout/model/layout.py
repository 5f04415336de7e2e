"""レイアウト (layout): 移行ファイル, データ項目, コード表 as plain data.

The columns follow the official データ項目一覧表 (中間標準レイアウト仕様: No., データ項目名称, データ型, 桁数,
外字使用, コード, 必須, 繰り返し, 項目説明, サンプル値, 備考, APPLIC引用).  What we add (secret class, check
digit, conditions) is marked by the ``source`` of the line that carries it.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from chukan_layout.model.checks import (
    Action,
    Compare,
    Condition,
    Dated,
    Foreign,
    GroupCount,
    History,
    Implies,
    Joined,
    KeyedCheck,
    Periods,
    RowCheck,
    Severity,
    Source,
    Strict,
    Sum,
    Target,
    Totals,
    Unique,
)

#: The checks are in model/checks.py and imported from here.
__all__ = [
    "Action", "Area", "Charset", "CheckDigit", "CodeTable", "CodeValue", "Compare", "Condition", "DataType",
    "Dated", "Day", "FileFormat", "Foreign", "GroupCount", "History", "Implies", "Item", "Joined",
    "KeyedCheck", "LayoutFile", "LayoutSet", "Periods", "RowCheck", "Secret", "Severity", "Source", "Strict",
    "Sum", "Target", "Totals", "Unique", "version_key",
]  # fmt: skip

DataType = Literal["X", "N", "9", "9V", "S9", "DATE", "TIME", "YEAR"]
Secret = Literal["none", "personal", "sensitive", "mynumber"]
Charset = Literal["half", "full", "kana", "digit", "alnum", "any"]
CheckDigit = Literal["mynumber", "juminhyo", "houjin", "dantai", "m11w27"]


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


Day = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class CodeValue(Strict):
    """One line of a code table; ``valid_from`` and ``valid_to`` (both included) say when the code could be given.

    ``valid_source`` is where that period is from, which seldom is where the code is from.
    """

    code: str
    name: str
    note: str = ""
    valid_from: Day | None = None
    valid_to: Day | None = None
    valid_source: Source | None = None

    @model_validator(mode="after")
    def _period(self) -> CodeValue:
        dated = self.valid_from or self.valid_to
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_from is after valid_to")
        if bool(dated) != bool(self.valid_source):
            raise ValueError("a period needs valid_source, and valid_source a period")
        return self


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
