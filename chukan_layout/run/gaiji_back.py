"""The way back with the ledger: a character that the vendor's charset also has comes back as what it was.

髙 in the standard may have been the vendor's 外字 or a character of CP932.  Where the ledger of the run that made the data
lies beside it, it says which: those places get their user-defined character before the kernel reads the file, and the
inverse table leaves the character alone everywhere else.  Without a ledger the inverse table decides, as it always did.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from chukan_layout.model.mapping import GaijiTable, Mapping
from chukan_layout.write.files import create

#: The ledger of a run, from its folder.
LEDGER = Path("gaiji") / "ledger.parquet"
_ABOVE = 3


class Place(NamedTuple):
    """A replacement to undo: record of the data file (from 1), column, characters before it, text, original."""

    record: int
    column: str
    position: int
    text: str
    original: str


def ledger_beside(data: Path) -> Path | None:
    """The ledger of the run folder that ``data`` lies in, None when there is none."""
    folders = [data, *data.absolute().parents][: _ABOVE + 1]
    return next((f / LEDGER for f in folders if (f / LEDGER).is_file()), None)


def ambiguous(vendor: Mapping, encoding: str) -> frozenset[str]:
    """Targets of the vendor's gaiji tables that its charset can write as they are."""
    codec = {"euc-jp": "euc_jp", "euc-jp-strict": "euc_jp", "shift-jis": "shift_jis"}.get(encoding, encoding)
    targets = {target for table in vendor.gaiji.values() for _, target in table.pairs}
    return frozenset(t for t in targets if _writable(t, codec))


def _writable(text: str, codec: str) -> bool:
    try:
        return bool(text.encode(codec))
    except (UnicodeEncodeError, LookupError):
        return False


def without(vendor: Mapping, targets: frozenset[str]) -> Mapping:
    """The vendor whose gaiji tables do not give these targets (their places are known one by one)."""

    def cut(table: GaijiTable) -> GaijiTable:
        return table.model_copy(update={"pairs": tuple(p for p in table.pairs if p[1] not in targets)})

    return vendor.model_copy(update={"gaiji": {name: cut(table) for name, table in vendor.gaiji.items()}})


def undone(data: Path, ledger: Path, made: Path, area: int, file: str, columns: Sequence[str], targets: frozenset[str]) -> None:
    """Write ``data`` (UTF-8 CSV of the standard, a header line first) to ``made`` with the places of ``targets`` undone.

    A place where something else stands by now is left as it is.  One pass, line by line.
    """
    places = _places(ledger, area, file, targets)
    place = next(places, None)
    with data.open("rb") as source, create(made) as out:
        for record, line in enumerate(source):
            while place is not None and place.record < record:
                place = next(places, None)
            while place is not None and place.record == record:
                line = _edited(line, columns, place)
                place = next(places, None)
            out.write(line)


def _places(ledger: Path, area: int, file: str, targets: frozenset[str]) -> Iterator[Place]:
    """In order of record; within a record from the last character to the first, so that positions stay true."""
    import pyarrow.parquet as pq

    names = ["record", "area", "file", "column", "out_position", "target", "source_hex"]
    waiting: list[Place] = []
    with pq.ParquetFile(ledger) as file_:
        for batch in file_.iter_batches(batch_size=50_000, columns=names):
            for row in batch.to_pylist():
                if row["area"] != area or row["file"] != file or row["target"] not in targets:
                    continue
                if waiting and waiting[0].record != row["record"]:
                    yield from reversed(waiting)
                    waiting = []
                original = "".join(chr(int(code, 16)) for code in row["source_hex"].split())
                waiting.append(Place(row["record"], row["column"], row["out_position"], row["target"], original))
    yield from reversed(waiting)


def _edited(line: bytes, columns: Sequence[str], place: Place) -> bytes:
    """The line with one place undone; as it is when the place does not hold the text."""
    try:
        text = line.decode()
        start, end = _field(text, columns.index(place.column))
    except (UnicodeDecodeError, ValueError):
        return line
    value = text[start:end]
    at = place.position if value.startswith(place.text, place.position) else -1
    if at < 0:
        return line
    value = value[:at] + place.original + value[at + len(place.text) :]
    return (text[:start] + value + text[end:]).encode()


def _field(text: str, index: int) -> tuple[int, int]:
    """Where field ``index`` of a CSV line stands, without its quotes.  Raises ValueError when there is none."""
    at = 0
    for i in range(index + 1):
        quoted = text.startswith('"', at)
        start = at + quoted
        if quoted:
            end = start
            while True:
                end = text.index('"', end)
                if not text.startswith('""', end):
                    break
                end += 2
            following = end + 1
        else:
            stops = [p for p in (text.find(c, start) for c in ",\r\n") if p >= 0]
            end = following = min(stops, default=len(text))
        if i == index:
            return start, end
        if not text.startswith(",", following):
            break
        at = following + 1
    raise ValueError(index)
