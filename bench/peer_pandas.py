"""The whole work with pandas: read CP932 in pieces, convert, check, count, reject, write CSV.

python bench/peer_pandas.py SOURCE DESTINATION

Not said here, although chukan does it: line and offset of each finding, rejected records as they came, the
history and foreign keys, hash totals.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pandas as pd

from bench.peers import definitions as d
from bench.peers.pandas_ops import value_of
from chukan_layout.model.layout import Compare, Item
from chukan_layout.model.mapping import MapItem

PIECE = 100_000  # records held at once
#: pandas' regular expressions write a code point in another way than polars' do.
CLASSES = {name: p.replace(r"\x{E000}-\x{F8FF}", "\ue000-\uf8ff") for name, p in d.CLASSES.items()}


def checks(
    line: MapItem, item: Item, value: pd.Series, source: pd.DataFrame, codes: dict[str, tuple[str, ...]]
) -> dict[str, pd.Series]:
    """Kind of the finding → true where the record has it."""
    given = value != ""
    found: dict[str, pd.Series] = {}
    if item.required:
        found["REQ"] = ~given
    if d.can_fail(line):
        found["OP"] = ~given & (source[line.from_[0]].str.strip(d.BLANKS + "0") != "")
    if item.type in d.TYPES:
        found["TYP"] = given & ~value.str.contains(d.TYPES[item.type].replace("(", "(?:"), regex=True)
    else:
        found["CHR"] = ~value.str.contains(CLASSES[item.charset_class], regex=True)
        length = value.str.len()
        found["DIG"] = given & (length != item.digits if item.exact else length > item.digits)
    if item.gaiji:
        found["GAI"] = value.str.contains("[\ue000-\uf8ff]", regex=True)
    if item.code:
        found["COD"] = given & ~value.isin(codes[item.code])
    if item.check_digit == "mynumber":
        digit = [pd.to_numeric(value.str.slice(i, i + 1), errors="coerce") for i in range(12)]
        rest = sum((n * w for n, w in zip(digit, d.MYNUMBER, strict=False)), start=digit[0] * 0) % 11
        found["CDG"] = given & (digit[11] != (11 - rest).where(rest > 1, 0))
    return found


def main() -> None:
    source, destination = map(Path, sys.argv[1:])
    job = d.job(source)
    lines = job.lines()
    counts: Counter[str] = Counter()
    read = kept = 0
    pieces = pd.read_csv(source, encoding="cp932", dtype=str, keep_default_na=False, chunksize=PIECE)
    for piece in pieces:
        values = {item.name: value_of(line, piece, job.tables) for line, item in lines}
        rejected = pd.Series(data=False, index=piece.index)
        for line, item in lines:
            for kind, wrong in checks(line, item, values[item.name], piece, job.codes).items():
                counts[f"{item.no:03d}-{kind}"] += int(wrong.sum())
                if item.on_error == "reject":
                    rejected |= wrong
        for check in job.layout.row_checks:
            if (
                isinstance(check, Compare)
                and {check.left, check.right} <= values.keys()
                and check.op in {">=", "<="}
            ):
                left, right = values[check.left], values[check.right]
                wrong = (left < right) if check.op == ">=" else (left > right)
                counts[check.id] += int((wrong & (left != "") & (right != "")).sum())
        result = pd.DataFrame(values)[~rejected]
        result.to_csv(destination, index=False, header=read == 0, mode="w" if read == 0 else "a")
        read, kept = read + len(piece), kept + len(result)
    print(f"{read} in, {kept} out,", {rule: n for rule, n in counts.items() if n})


if __name__ == "__main__":
    main()
