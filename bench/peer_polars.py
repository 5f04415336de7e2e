"""The whole work with polars expressions: read CP932, convert, check, count, reject, write CSV.

python bench/peer_polars.py SOURCE DESTINATION

Not said here, although chukan does it: line and offset of each finding, rejected records as they came, the
history and foreign keys, hash totals.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import polars as pl

from bench.peers import definitions as d
from bench.peers.polars_ops import value_of
from chukan_layout.model.layout import Compare, Item
from chukan_layout.model.mapping import MapItem


def checks(line: MapItem, item: Item, codes: dict[str, tuple[str, ...]]) -> dict[str, pl.Expr]:
    """Kind of the finding → true where the record has it."""
    value = pl.col(item.name)
    found: dict[str, pl.Expr] = {}
    if item.required:
        found["REQ"] = value.is_null()
    if d.can_fail(line):
        given = pl.col("@" + line.from_[0]).str.strip_chars(d.BLANKS + "0").str.len_chars() > 0
        found["OP"] = value.is_null() & given
    if item.type in d.TYPES:
        found["TYP"] = ~value.str.contains(d.TYPES[item.type])
    else:
        found["CHR"] = ~value.str.contains(d.CLASSES[item.charset_class])
        length = value.str.len_chars()
        found["DIG"] = length != item.digits if item.exact else length > item.digits
    if item.gaiji:
        found["GAI"] = value.str.contains(r"[\x{E000}-\x{F8FF}]")
    if item.code:
        found["COD"] = ~value.is_in(list(codes[item.code]))
    if item.check_digit == "mynumber":
        digit = [value.str.slice(i, 1).cast(pl.Int32, strict=False) for i in range(12)]
        rest = pl.sum_horizontal(n * w for n, w in zip(digit, d.MYNUMBER, strict=False)) % 11
        found["CDG"] = digit[11] != pl.when(rest <= 1).then(0).otherwise(11 - rest)
    return found


def main() -> None:
    source, destination = map(Path, sys.argv[1:])
    job = d.job(source)
    lines = job.lines()
    frame = pl.read_csv(source, encoding="cp932", infer_schema=False)
    wide = frame.select(
        *[value_of(line, job.tables).alias(item.name) for line, item in lines],
        *[pl.col(name).alias("@" + name) for name in frame.columns],
    )
    names = {item.name for _, item in lines}
    found: dict[str, pl.Expr] = {}
    rejecting: list[str] = []
    for line, item in lines:
        for kind, wrong in checks(line, item, job.codes).items():
            found[f"{item.no:03d}-{kind}"] = wrong.fill_null(value=False)
            if item.on_error == "reject":
                rejecting.append(f"{item.no:03d}-{kind}")
    for check in job.layout.row_checks:
        if isinstance(check, Compare) and {check.left, check.right} <= names and check.op in {">=", "<="}:
            left, right = pl.col(check.left), pl.col(check.right)
            found[check.id] = (left < right if check.op == ">=" else left > right).fill_null(value=False)
    marks = wide.select(**found)
    kept = wide.select(item.name for _, item in lines)
    if rejecting:
        kept = kept.filter(~marks.select(pl.any_horizontal(rejecting)).to_series())
    kept.write_csv(destination)
    counts = marks.sum().row(0, named=True)
    print(f"{len(frame)} in, {len(kept)} out,", {rule: n for rule, n in counts.items() if n})


if __name__ == "__main__":
    main()
