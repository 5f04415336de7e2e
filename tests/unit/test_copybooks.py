"""The corpus of copybooks: offsets computed by hand stand in comments ``*=`` at the end of each.

``*= name at bytes type more``: a field; ``*= = bytes [least]`` ends a record; ``*= ! line:column`` is where the error is;
``*! profile=...`` and ``*! form=...`` say how to read it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from chukan_layout.copybook.errors import CopybookError
from chukan_layout.copybook.layout import CopyRecord, Placed
from chukan_layout.copybook.read import read_copybook, text_of

CASES = Path(__file__).parent.parent / "cases" / "copybooks"
BOOKS = sorted(p for p in CASES.glob("*.cpy") if p.stem[:2].isdigit())


def noted(path: Path, mark: str) -> list[str]:
    """The texts behind a mark of comments."""
    lines = (line.strip() for line in text_of(path).splitlines())
    return [line[len(mark) + 1 :] for line in lines if line.startswith(mark + " ")]


def read(path: Path) -> list[CopyRecord]:
    return read_copybook(path, **dict(o.split("=") for o in noted(path, "*!")))  # type: ignore[arg-type]


def shown(placed: Placed, wanted: str) -> str:
    """The field in the words of the expectation: only what that one names."""
    f = placed.field
    codes = ",".join(
        c.name + ":" + "+".join([*c.values, *(f"{a}-{b}" for a, b in c.ranges)]) for c in placed.codes
    )
    known = {
        "digits": f.digits, "scale": f.scale, "sign": f.sign, "blank": f.blank, "nibble": f.nibble, "codes": codes,
    }  # fmt: skip
    flags = {"signed": f.signed, "right": f.right}
    more = []
    for word in wanted.split()[4:]:
        name = word.split("=")[0]
        more.append(f"{name}={known[name]}" if name in known else name if flags[name] else f"no-{name}")
    return " ".join([f.name, str(f.at), str(f.bytes), f.type, *more])


def test_there_are_enough() -> None:
    assert len(BOOKS) >= 50


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_offsets_are_those_computed_by_hand(path: Path) -> None:
    wanted = noted(path, "*=")
    if wanted[0].startswith("!"):
        with pytest.raises(CopybookError) as error:
            read(path)
        assert f"! {error.value.line}:{error.value.column}" == wanted[0]
        assert error.value.ja
        assert error.value.en
        return
    found: list[str] = []
    for record in read(path):
        for placed in record.fields:
            found.append(shown(placed, wanted[len(found)]) if len(found) < len(wanted) else placed.field.name)
        least = f" {record.least}" if record.least != record.bytes else ""
        found.append(f"= {record.bytes}{least}")
    assert found == wanted


@pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 40, b"01", b"01 A", b"       01 A.\n       03 B PIC", b"=" * 50, b"COPY" * 9, "０１".encode()])
def test_nonsense_is_refused_with_a_place(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.cpy"
    path.write_bytes(raw)
    with pytest.raises(CopybookError) as error:
        read_copybook(path)
    assert error.value.line >= 1
    assert error.value.column >= 1
