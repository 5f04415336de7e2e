"""Undoing the ledger's places in a line of CSV."""

from __future__ import annotations

import pytest

from chukan_layout.run.gaiji_back import Place, _edited

COLUMNS = ("番号", "氏名", "備考")


@pytest.mark.parametrize(
    ("line", "position", "made"),
    [
        ("1,髙橋,x\r\n", 0, "1,\ue015橋,x\r\n"),
        ('1,"甲,髙",x\n', 2, '1,"甲,\ue015",x\n'),
        ("1,低橋,x\n", 0, "1,低橋,x\n"),
        ("1,髙", 0, "1,\ue015"),
        ("1\n", 0, "1\n"),
        ('1,"髙\n', 0, '1,"髙\n'),
        ('1,"",髙\n', 0, '1,"",髙\n'),
    ],
)
def test_only_the_place_that_holds_the_text(line: str, position: int, made: str) -> None:
    place = Place(1, "氏名", position, "髙", "\ue015")
    assert _edited(line.encode(), COLUMNS, place).decode() == made
