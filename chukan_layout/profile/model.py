"""What was found: plain data.  Values of persons are not in it, but as kinds of characters."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Value:
    """A frequent value, in full where the column is one of codes, else as kinds of characters."""

    shown: str
    count: int


@dataclass(frozen=True)
class Column:
    """``type``: X 半角, N 全角, M 混在, 9 数値, S9 符号つき数値, D 日付, B 2進・パック, - 値なし.

    ``digits`` is the longest value in characters (of numbers: the digits before the point, ``scale`` those behind).
    ``distinct`` counts different values, ``exact`` or estimated (within about 3 %).
    """

    no: int
    name: str
    type: str
    digits: int
    scale: int
    width: int
    shortest: int
    filled: int
    empty: int
    spaces: int
    distinct: int
    exact: bool
    kinds: dict[str, int]
    date: str = ""
    check_digit: str = ""
    codes: tuple[Value, ...] = ()
    frequent: tuple[Value, ...] = ()
    zero_led: bool = False
    padded: int = 0
    secret: bool = False
    repeated: int | None = None
    unusual: dict[str, int] = field(default_factory=dict)
    start: int | None = None
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Key:
    """Columns whose values together hardly ever come twice."""

    columns: tuple[str, ...]
    repeated: int
    exact: bool = True


@dataclass(frozen=True)
class Foreign:
    """Values of a column that are those of another file's key; ``share`` of ``sampled`` different ones."""

    file: str
    column: str
    to_file: str
    to_column: str
    share: float
    sampled: int


@dataclass(frozen=True)
class Encoding:
    name: str
    confidence: float
    evidence: tuple[tuple[str, str], ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dialect:
    delimiter: str
    quote: str
    newline: Literal["lf", "crlf", "cr"]
    header: bool


@dataclass(frozen=True)
class Fixed:
    """Records of one length; ``newline`` ends each, ``certain`` says how clear the length is (0 to 1)."""

    length: int
    newline: str
    certain: float
    divides: bool


@dataclass(frozen=True)
class FileProfile:
    """``shape`` is delimited, fixed, or "" for a file that could not be read, with the reason in ``notes``."""

    name: str
    bytes: int
    shape: Literal["delimited", "fixed", ""]
    encoding: Encoding
    records: int = 0
    dialect: Dialect | None = None
    fixed: Fixed | None = None
    ragged: int = 0
    ragged_at: tuple[int, ...] = ()
    undecodable: int = 0
    duplicates: int | None = None
    columns: tuple[Column, ...] = ()
    keys: tuple[Key, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Difference:
    """What a stated mapping says otherwise than the file shows."""

    file: str
    column: str
    ja: str
    en: str


@dataclass(frozen=True)
class Profile:
    files: tuple[FileProfile, ...]
    foreign: tuple[Foreign, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()
    against: str = ""
    differences: tuple[Difference, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"schema_version": 1, **asdict(self)}
