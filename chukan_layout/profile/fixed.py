"""Records of one length: how long, and a proposal of their fields.  What the bytes cannot say, people must."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from chukan_layout import _kernel
from chukan_layout.charset.registry import Charset, codec
from chukan_layout.profile.model import Fixed

#: Bytes that are looked at for the length, longest record, and records for the fields.
LOOK, LONGEST, RECORDS = 1 << 18, 8192, 4000
#: A length below this stands out too little to be believed.
LEAST = 0.08
_FACTS = ("space", "digit", "letter", "kana", "mark", "none", "zero", "pair", "pair_space", "packed", "packed_end", "date",
          "shift", "inside", "signed")  # fmt: skip
At = dict[str, float]
Note = tuple[str, str]


@dataclass(frozen=True)
class Span:
    """A field: its first byte, its length, how its bytes are read (single, double, mixed, packed, zoned)."""

    start: int
    length: int
    mode: str


def record_length(start: bytes, size: int, charset: Charset) -> Fixed | None:
    """The length of the records of a file of ``size`` bytes that begins so; None when none stands out."""
    lines = _lines(start, charset)
    if lines:
        return lines
    sample = start[:LOOK]
    shares = _kernel.record_shares(sample, min(LONGEST, len(sample) // 4))
    if len(shares) < 4:
        return None
    # Text of two bytes a character agrees more at even distances: each length is seen against its like.
    usual = [sorted(shares[n + 2 :: 2])[len(shares[n + 2 :: 2]) // 2] for n in (0, 1)]
    over = [0.0, 0.0, *(share - usual[n % 2] for n, share in enumerate(shares[2:]))]
    best = max(over)
    if best < LEAST:
        return None
    # The length itself stands out as much as its multiples; of those that divide the file the smallest is believed.
    high = [n for n in range(2, len(shares)) if over[n] >= 0.75 * best and _peak(shares, n)]
    fits = [n for n in high if size % n == 0]
    found = min(fits or high, default=0)
    return Fixed(found, "", round(over[found] / best, 2), size % found == 0) if found else None


def _peak(shares: Sequence[float], n: int) -> bool:
    return all(shares[n] >= shares[m] for m in (n - 1, n + 1, n - 2, n + 2) if 1 <= m < len(shares))


def _lines(start: bytes, charset: Charset) -> Fixed | None:
    """Lines that are all of one length."""
    if charset.kind == "unicode" and charset.name != "utf-8":
        return None
    ends = ((b"\r\n", "crlf"), (b"\n", "lf")) if charset.kind != "host" else ((b"\x15", "nl"), (b"\x25", "lf"))
    for mark, name in ends:
        lines = start.split(mark)[:-1]
        if len(lines) > 2:
            length, times = Counter(map(len, lines)).most_common(1)[0]
            if times >= 0.98 * len(lines) and length > 1:
                return Fixed(length + len(mark), name, round(times / len(lines), 2), times == len(lines))
    return None


def has_words(start: bytes) -> bool:
    """Whether each record seems to begin with a word of its length (RDW: two bytes, the word counted, then two of 00)."""
    at = records = 0
    while at + 4 <= len(start) and records < 1000:
        length = int.from_bytes(start[at : at + 2], "big")
        if length < 5 or start[at + 2 : at + 4] != b"\0\0":
            return False
        at += length
        records += 1
    return records > 2


def fields(sample: bytes, fixed: Fixed, charset: Charset) -> list[Span]:
    """A proposal of the fields of records; every byte of a record is in one."""
    whole = sample[: min(len(sample) // fixed.length, RECORDS) * fixed.length]
    body = fixed.length - {"crlf": 2, "lf": 1, "nl": 1}.get(fixed.newline, 0)
    table = charset.table
    facts = [dict(zip(_FACTS, row, strict=True)) for row in _kernel.positions(table, whole, fixed.length, classes(charset))]
    return _Spans(facts[:body], charset.kind == "host").all()


def classes(charset: Charset) -> bytes:
    """For each byte what it is alone: space, digit, letter, kana, another mark, nothing."""
    found = bytearray()
    made = codec(charset)
    for byte in range(256):
        text, problems = made.decode(bytes((byte,)), "single")
        found.append(5 if problems or len(text) != 1 else _class(text))
    return bytes(found)


def _class(c: str) -> int:
    if c == " ":
        return 0
    if c.isascii() and c.isdigit():
        return 1
    if c.isascii() and c.isalpha():
        return 2
    if "ｦ" <= c <= "ﾟ":
        return 3
    return 5 if unicodedata.category(c)[0] == "C" else 4


class _Spans:
    """Walks over the positions from the left."""

    def __init__(self, facts: Sequence[At], host: bool) -> None:
        self.facts, self.host = facts, host

    def all(self) -> list[Span]:
        found: list[Span] = []
        at = 0
        while at < len(self.facts):
            span = (
                (self.mixed(at) if self.host else None) or self.date(at) or self.packed(at) or self.double(at) or self.single(at)
            )
            found.append(span)
            at += span.length
        return found

    def at(self, n: int) -> At | None:
        return self.facts[n] if n < len(self.facts) else None

    def date(self, n: int) -> Span | None:
        return Span(n, 8, "single") if self.facts[n]["date"] >= 0.9 else None

    def packed(self, n: int) -> Span | None:
        """Digits in half bytes with a sign at the end: bytes that would be no characters."""
        if not self.host:
            return None
        for end in range(n, min(n + 10, len(self.facts))):
            f = self.facts[end]
            if f["packed_end"] >= 0.98:
                if end == n:
                    return None  # one byte is more often a mark or a space
                odd = max(self.facts[m]["none"] + self.facts[m]["mark"] for m in range(n, end + 1))
                return Span(n, end - n + 1, "packed") if odd >= 0.5 else None
            if f["packed"] < 0.98:
                return None
        return None

    def mixed(self, n: int) -> Span | None:
        """From a shift code to the spaces behind the last of the shifted text."""
        if self.facts[n]["shift"] < 0.5:
            return None
        end = n + 1
        while (f := self.at(end)) is not None:
            before = self.facts[end - 1]
            if f["inside"] < 0.005 and before["inside"] < 0.005 and before["space"] - f["space"] > 0.25:
                break
            if f["shift"] >= 0.5 and before["space"] > 0.2:
                break
            end += 1
        return Span(n, end - n, "mixed")

    def double(self, n: int) -> Span | None:
        """Pairs that are characters, while the single bytes would be no digits or letters."""
        if not self._pair(n):
            return None
        end = n + 2
        while end < len(self.facts):
            # The full-width spaces of a field grow to its end: where they are fewer again another one begins.
            # One position of spaces is that between the two parts of a name.
            one, two = self.facts[end - 2]["pair_space"], self.facts[max(n, end - 4)]["pair_space"]
            f = self.facts[end]
            if one > 0.3 and two > 0.2 and f["pair_space"] < one - 0.3:
                break
            spaces = f["pair_space"] >= 0.9995 and (one > 0.3 or self._pair(end + 2))
            if not self._pair(end) and not spaces:
                break
            end += 2
        # A single pair may as well be two characters of one byte.
        return Span(n, end - n, "double") if end - n > 2 else None

    def _pair(self, n: int) -> bool:
        f, g = self.at(n), self.at(n + 1)
        if f is None or g is None or f["pair"] < 0.97 or f["shift"] > 0.02:
            return False
        plain = min(h["digit"] + h["letter"] + h["space"] for h in (f, g))
        return f["pair_space"] < 0.9995 and plain - f["pair_space"] < 0.7

    def single(self, n: int) -> Span:
        first = self.facts[n]
        numeric = first["digit"] >= 0.97
        end = n + 1
        while (f := self.at(end)) is not None:
            if self.date(end) or self.packed(end) or f["shift"] >= 0.5 or (not numeric and self._pair(end) and self._begins(end)):
                break
            before = self.facts[end - 1]
            padded = before["space"] > 0.35 and self.facts[max(n, end - 2)]["space"] > 0.2
            if (padded and before["space"] - f["space"] > 0.3) or (f["space"] >= 0.9995 and before["space"] < 0.01):
                break
            if numeric:
                if f["digit"] < 0.97:
                    if f["digit"] + f["signed"] >= 0.97 and f["signed"] > 0.02 and self.host:
                        return Span(n, end - n + 1, "zoned")
                    break
                # Leading zeros end, and begin again where the next number does.
                if f["zero"] - before["zero"] > 0.4:
                    break
            elif f["digit"] >= 0.97 and before["digit"] < 0.9 and before["letter"] < 0.97:
                break
            end += 1
        return Span(n, end - n, "single")

    def _begins(self, n: int) -> bool:
        """Whether characters of two bytes really begin here: the single bytes are mostly none."""
        f = self.facts[n]
        return f["space"] + f["digit"] + f["letter"] + f["kana"] < 0.6 and self._pair(n + 2)
