"""Faults that can be injected into a sample of host records (vendorB): bytes of fields are changed.

As :mod:`chukan_layout.sample.defects`, but a record is name of a field -> its bytes in JEF, and every change keeps the
length.  A fault that also makes the trailer wrong says so with ``S-TOTAL`` as its second rule.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chukan_layout.model.mapping import FileMapping
from chukan_layout.sample.defects import Change, Defect, Record
from chukan_layout.write.files import write_whole

J = "住民情報"
SPACE = b"\x40"


def digits(text: str) -> bytes:
    """Digits, capital A and blanks in EBCDIC."""
    return bytes(0xF0 + int(c) if c.isdigit() else {"A": 0xC1, "B": 0xC2}.get(c, 0x40) for c in text)


def packed(number: str, size: int) -> bytes:
    return bytes.fromhex(number.rjust(2 * size - 1, "0") + "F")


def anyone(r: Record) -> bool:
    """Someone with one record who is no head of a household."""
    return r["続柄１"] != digits("01") and r["履歴番号"] == bytes.fromhex("00001C") and r["最新区分"] == digits("1")


def native(r: Record) -> bool:
    return anyone(r) and r["住民区分"] == digits("1") and r["住民状態"] == digits("0")


def born(r: Record) -> bool:
    return native(r) and r["生年月日"] != SPACE * 5


def housed(r: Record) -> bool:
    """An address with double-byte text that ends in a shift back."""
    body = r["番地"].rstrip(SPACE)
    return anyone(r) and body[:1] == b"\x28" and body[-1:] == b"\x29" and len(body) > 6


def put(field: str, value: bytes) -> Change:
    def change(r: Record) -> None:
        r[field] = value.ljust(len(r[field]), SPACE)

    return change


def at(field: str, place: int, value: bytes) -> Change:
    def change(r: Record) -> None:
        end = place + len(value) if place + len(value) else None
        r[field] = r[field][:place] + value + (r[field][end:] if end is not None else b"")

    return change


def no_shift_out(r: Record) -> None:
    body = r["番地"].rstrip(SPACE)
    r["番地"] = body[:-1].ljust(len(r["番地"]), SPACE)


def half_character(r: Record) -> None:
    body = r["番地"].rstrip(SPACE)
    r["番地"] = (body[:-2] + body[-1:]).ljust(len(r["番地"]), SPACE)


def wrong_check_digit(r: Record) -> None:
    raw = r["個人番号"]
    r["個人番号"] = raw[:-1] + bytes([(((raw[-1] >> 4) + 5) % 10) << 4 | 0x0F])


def nothing(r: Record) -> None:
    del r


def _d(kind: str, rule: str, note: str, fits: Any, change: Change, way: Any = "in place") -> Defect:
    return Defect(kind, J, rule, note, fits, change, way)


HOST_DEFECTS: tuple[Defect, ...] = (
    _d("b-blank-household", "世帯番号:REQ", "世帯番号（パック10進）が空白", anyone, put("世帯番号", b"")),
    _d("b-zero-bits", "世帯番号:REQ", "世帯番号（パック10進）がすべて00", anyone, put("世帯番号", bytes(8))),
    _d("b-blank-sex", "性別:REQ", "性別が空白", anyone, put("性別", b"")),
    _d("b-blank-name", "氏名:CND", "日本人の氏名が空白", native, put("漢字氏名", b"")),
    _d("b-wide-spaces", "氏名:CND", "日本人の氏名が全角空白（A1A1）だけ", native, put("漢字氏名", b"\xa1\xa1" * 20)),
    _d("b-unknown-sex", "性別:COD", "対応表にない性別", anyone, put("性別", digits("7"))),
    _d("b-unknown-cause", "異動事由:COD", "対応表にない異動事由", anyone, put("異動事由", digits("B99"))),
    _d("b-month-13", "生年月日:CAL", "13月（パック10進）", born, put("生年月日", packed("19801301", 5))),
    _d("b-feb-30", "生年月日:CAL", "2月30日（パック10進）", born, put("生年月日", packed("19800230", 5))),
    _d("b-check-digit", "個人番号:CDG", "検査数字の違う個人番号（パック10進）", anyone, wrong_check_digit),
    _d("b-undefined-code", "氏名:ENC", "未定義の2バイトコード", native, at("漢字氏名", 0, b"\xfe\xfe")),
    _d("b-unknown-gaiji", "氏名:GAI", "外字表にない外字", native, at("漢字氏名", 0, b"\xa0\xfe")),
    _d("b-packed-sign", "S-FIELD", "符号の半バイトが空白になったパック10進", born, at("生年月日", 4, b"\x40")),
    _d("b-packed-text", "S-FIELD", "文字で埋まったパック10進", born, put("生年月日", digits("19800"))),
    _d("b-zoned-letter", "S-FIELD", "ゾーン10進に文字", anyone, at("住民票コード", 3, b"\xc1")),
    _d("b-zoned-space", "S-FIELD", "ゾーン10進の途中に空白", anyone, at("住民票コード", 5, SPACE)),
    _d("b-no-shift-out", "S-SHIFT", "終わりのシフトコードがない", housed, no_shift_out),
    _d("b-half-character", "S-HALF", "2バイト文字の半分", housed, half_character),
    _d("b-unknown-kind", "S-KIND S-TOTAL", "不明なレコード区分", anyone, put("レコード区分", digits("3"))),
    _d("b-lost-record", "S-TOTAL", "トレーラーの件数より少ないレコード", anyone, nothing, "raw"),
    _d("b-cut-off", "S-TRUNC", "途中で切れた最終レコード", anyone, nothing, "truncate"),
)  # fmt: skip


class HostFile:
    """One file of fixed-length records of the sample."""

    def __init__(self, out: Path, mapping: FileMapping, rng: random.Random) -> None:
        layout = mapping.source.record
        assert layout is not None
        self.path = out / mapping.source.files[0].replace("*", "01")
        self.fields = layout.reading().fields
        self.size = layout.length
        raw = self.path.read_bytes()
        self.records = [raw[i : i + self.size] for i in range(0, len(raw), self.size)]
        self.lost: set[int] = set()
        self.tail = b""
        self._order = rng.sample(range(1, len(self.records) - 1), len(self.records) - 2)

    def record(self, place: int) -> Record:
        raw = self.records[place]
        return {f.name: raw[f.at : f.at + f.bytes] for f in self.fields}

    def inject(self, defect: Defect, wanted: int, taken: set[bytes], rules: Sequence[str]) -> list[tuple[str, int, str]]:
        """Faults put in: rule, place of the record, kind."""
        done: list[tuple[str, int, str]] = []
        trailer = len(self.records) - 1
        for place in self._order:
            if not wanted:
                break
            record = self.record(place)
            if record["世帯番号"] in taken or not defect.fits(record):
                continue
            taken.add(record["世帯番号"])
            wanted -= 1
            if defect.way == "truncate":
                self.tail = self.records[place][: self.size // 3]
                done.append((rules[0], trailer + 1, defect.kind))
                break
            if defect.way == "raw":
                self.lost.add(place)
                done.append(("S-TOTAL", trailer, defect.kind))
                continue
            defect.change(record)
            made = bytearray(self.records[place])
            for f in self.fields:
                made[f.at : f.at + f.bytes] = record[f.name]
            self.records[place] = bytes(made)
            done.append((rules[0], place, defect.kind))
            done += [(rule, trailer, defect.kind) for rule in rules[1:]]
        return done

    def line(self, place: int) -> int:
        """The number (from 1) of a record once the lost ones are gone."""
        return place + 1 - sum(lost < place for lost in self.lost)

    def write(self) -> None:
        kept = (r for i, r in enumerate(self.records) if i not in self.lost)
        write_whole(self.path, b"".join(kept) + self.tail)
