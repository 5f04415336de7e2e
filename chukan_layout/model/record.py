"""Records of host files (ホストの固定長レコード): where each field lies and how its bytes are to be read.

A mapping's ``[source.record]`` holds one :class:`RecordLayout`.  Sources: the vendors' COBOL manuals as carried in the
project's notes on encodings (zones, sign nibbles, meaning of COMP per vendor).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from chukan_layout.model.layout import Strict

#: X one byte a character, N two bytes without shift codes, M both with shift codes, edited: a number as it is printed.
FieldType = Literal["X", "N", "M", "zoned", "packed", "binary", "float", "edited"]
Profile = Literal["ibm", "fujitsu", "hitachi", "nec-acos", "nec-avx", "pc"]
Sign = Literal["trailing", "leading", "trailing-separate", "leading-separate"]
#: fixed: one behind the other; line: each ends with a line end; rdw: four bytes of length before each; bdw: in blocks.
RecordForm = Literal["fixed", "line", "rdw", "bdw"]


class Odo(Strict):
    """OCCURS DEPENDING ON before this field: it lies ``stride`` bytes nearer for each element that is not there.

    ``element`` (from 1) is set on the fields of the table itself: absent when the counter is below it.
    """

    counter: str
    most: int = Field(ge=1)
    stride: int = Field(ge=1)
    element: int = Field(default=0, ge=0)


class FieldWhen(Strict):
    """A REDEFINES that holds only when another field of the record has one of these values."""

    field: str
    in_: tuple[str, ...] = Field(alias="in")


class RecordField(Strict):
    """``at`` counts bytes from 0 within the record, behind any RDW.

    ``scale`` digits lie behind the decimal point; below 0 that many zeros follow the digits (P of a PICTURE).
    An unsigned number without scale keeps its leading zeros; any other is a canonical number.
    """

    name: str = Field(min_length=1)
    at: int = Field(ge=0)
    bytes: int = Field(ge=1)
    type: FieldType = "X"
    digits: int = Field(default=0, ge=0, le=38)
    scale: int = Field(default=0, ge=-18, le=18)
    signed: bool = False
    sign: Sign = "trailing"
    #: False: packed without a sign nibble (COMP-6)
    nibble: bool = True
    blank: Literal["null", "zero"] = "null"
    right: bool = False  # JUSTIFIED RIGHT: spaces on the left are padding
    when: FieldWhen | None = None
    odo: tuple[Odo, ...] = ()


class Total(Strict):
    """A field of the trailer (or header) that must be the sum of a field over the records of a kind."""

    field: str
    of: str


class RecordKind(Strict):
    """One kind of record, told by its code.  ``bytes`` 0: as long as the layout says."""

    name: str = Field(min_length=1)
    role: Literal["header", "data", "trailer"] = "data"
    code: tuple[str, ...] = ()
    bytes: int = Field(default=0, ge=0)
    fields: tuple[RecordField, ...]
    #: Field that holds the number of data records (of ``counts``, or of all data kinds)
    count: str = ""
    counts: tuple[str, ...] = ()
    totals: tuple[Total, ...] = ()
    required: bool = True
    #: Kind whose record comes before the records of this one, and the fields taken from it
    parent: str = ""
    carry: tuple[str, ...] = ()


class KindCode(Strict):
    """Where the code that tells the kind lies."""

    at: int = Field(ge=0)
    bytes: int = Field(ge=1, le=16)


class RecordLayout(Strict):
    """How a file of records is cut, and the kinds of records in it.  ``read`` names the kind that the mapping takes."""

    form: RecordForm = "fixed"
    length: int = Field(default=0, ge=0, le=1 << 16)
    newline: Literal["lf", "crlf"] = "crlf"
    profile: Profile = "ibm"
    big: bool = True  # byte order of RDW and BDW
    inclusive: bool = True  # their lengths count themselves
    block: int = Field(default=32760, ge=16, le=0xFFFF - 8)  # most bytes of a block that is written (BDW included)
    shrinks: bool = True  # a record with OCCURS DEPENDING ON is as long as its elements
    kind: KindCode | None = None
    kinds: tuple[RecordKind, ...] = Field(min_length=1)
    read: str = ""

    def reading(self) -> RecordKind:
        """The kind that the mapping takes; KeyError when there is none of that name."""
        wanted = self.read or next((k.name for k in self.kinds if k.role == "data"), "")
        for kind in self.kinds:
            if kind.name == wanted:
                return kind
        raise KeyError(wanted)

    def columns(self) -> tuple[str, ...]:
        """Names of the fields that the mapping may use: of the kind read, then those carried from its parent."""
        kind = self.reading()
        return (*(f.name for f in kind.fields), *kind.carry)
