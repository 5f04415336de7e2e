"""A model of one's own in TOML: what the columns of a CSV are, how they are compared, and what makes candidates.

[model]      name, key (the column that names a record), auto (probability of automatic candidates; none without it)
[[column]]   name, from (heading; else name), change (one of CHANGES)
[[feature]]  kind (equal, text, digits, date, words), name, label, and what its kind needs
[[block]]    columns (``name`` or ``name:2`` for its first two characters), unordered
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chukan_layout.match import texts
from chukan_layout.match.coded import BINS, Coded, code, pairs
from chukan_layout.match.compare import Prepared
from chukan_layout.match.persons import NotReadable
from chukan_layout.match.scheme import Scheme
from chukan_layout.match.weights import Trait

CHANGES: dict[str, Callable[[pl.Series], pl.Series]] = {
    "plain": texts.plain, "kanji": texts.kanji, "kana": texts.kana, "kana_key": texts.kana_key, "digits": texts.digits,
    "roman": texts.roman, "town": texts.town, "lot": texts.lot, "company": texts.company, "none": lambda series: series,
}  # fmt: skip


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Column(_Strict):
    """``name`` in the model, ``from`` in the file."""

    name: str
    from_: str | None = Field(default=None, alias="from")
    change: Literal[
        "plain", "kanji", "kana", "kana_key", "digits", "roman", "town", "lot", "company", "none"
    ] = "plain"


class Feature(_Strict):
    """How columns are compared; ``limits`` strictest first (edits, or likeness by Jaro and Winkler)."""

    kind: Literal["equal", "text", "digits", "date", "words"]
    name: str
    label: str = ""
    column: str
    swap: str | None = None
    bins: bool = False
    measure: Literal["edit", "jaro"] = "edit"
    limits: tuple[float, ...] = ()
    identifier: bool = False


class Block(_Strict):
    columns: tuple[str, ...] = Field(min_length=1)
    unordered: bool = False


class Head(_Strict):
    name: str = Field(pattern=r"^[^/\s]+$")
    key: str
    auto: float | None = Field(default=None, gt=0.5, lt=1)
    exclusive: tuple[str, ...] = ()
    file: str | None = None  # in a folder only files of this name are read
    where: dict[str, str] = {}  # only records with these values


class Model(_Strict):
    """A model read; :func:`load` says what is wrong with one."""

    model: Head
    column: tuple[Column, ...] = Field(min_length=1)
    feature: tuple[Feature, ...] = Field(min_length=1)
    block: tuple[Block, ...] = Field(min_length=1)

    def unknown(self) -> list[str]:
        """Columns that are used and not declared."""
        there = {c.name for c in self.column}
        used = (
            [f.column for f in self.feature]
            + [f.swap for f in self.feature if f.swap]
            + list(self.model.exclusive)
        )
        used += [name.partition(":")[0] for b in self.block for name in b.columns]
        return sorted(set(used) - there)


MODELS = Path(__file__).with_name("models")


def find(name: str) -> Path:
    """A model of one's own by its path, or one of those that come with the program by its name.  Raises NotReadable."""
    shipped = {p.stem: p for p in sorted(MODELS.glob("*.toml"))}
    path = shipped.get(name, Path(name))
    if not path.is_file():
        names = "、".join(shipped)
        raise NotReadable(
            f"モデル {name} がありません。あるもの: {names}", f"there is no model {name}; there are {names}"
        )
    return path


def files_of(dumps: Sequence[Path], model: Model) -> list[Path]:
    """The CSV files of the dumps that the model reads.  Raises NotReadable when there is none."""
    found = []
    for dump in dumps:
        inside = sorted(dump.rglob("*.csv")) if dump.is_dir() else [dump]
        wanted = {model.model.file, f"{model.model.file}ファイル"}
        found += [p for p in inside if not dump.is_dir() or model.model.file is None or p.stem in wanted]
    if not found:
        raise NotReadable(
            f"{model.model.file or 'CSV'} のファイルがありません。",
            f"there is no file of {model.model.file or 'CSV'}",
        )
    return found


def load(path: Path) -> Model:
    """Raises NotReadable with the place and what is wrong."""
    try:
        model = Model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as broken:
        raise NotReadable(
            f"{path.name} を読めません: {broken}", f"cannot read {path.name}: {broken}"
        ) from None
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise NotReadable(
            f"{path.name} の {where} が正しくありません: {first['msg']}",
            f"{path.name}, {where}: {first['msg']}",
        ) from None
    if missing := model.unknown():
        raise NotReadable(
            f"{path.name} が、宣言のない列を使っています: {'、'.join(missing)}",
            f"{path.name} uses columns that it does not declare: {', '.join(missing)}",
        )
    return model


def read(files: Sequence[Path], model: Model) -> pl.DataFrame:
    """The records of CSV files: ``key`` (model/value), and a text per column.  Raises NotReadable."""
    frames = []
    for path in files:
        try:
            frame = pl.read_csv(path, infer_schema=False)
        except (OSError, pl.exceptions.PolarsError) as broken:
            raise NotReadable(
                f"{path.name} を読めません（UTF-8 の CSV か）: {type(broken).__name__}",
                f"cannot read {path.name} (is it CSV in UTF-8?): {type(broken).__name__}",
            ) from None
        frame = frame.rename(lambda name: name.lstrip("\ufeff").strip())
        wanted = {c.name: c.from_ or c.name for c in model.column}
        missing = sorted({model.model.key, *wanted.values(), *model.model.where} - set(frame.columns))
        if missing:
            raise NotReadable(
                f"{path.name} に列がありません: {'、'.join(missing)}",
                f"{path.name} lacks columns: {', '.join(missing)}",
            )
        frame = frame.filter(*(pl.col(h) == v for h, v in model.model.where.items()))
        key = pl.lit(model.model.name + "/").add(pl.col(model.model.key).str.strip_chars())
        frames.append(
            frame.select(
                key.alias("key"),
                *(pl.col(h).fill_null("").str.strip_chars().alias(n) for n, h in wanted.items()),
            )
        )
    whole = pl.concat(frames).sort("key", *frames[0].columns[1:])
    if whole["key"].n_unique() != whole.height or whole["key"].null_count():
        raise NotReadable(
            f"{model.model.key} が空か、重なっています。", f"{model.model.key} is blank or not unique"
        )
    return whole


def prepare(frame: pl.DataFrame, model: Model) -> Prepared:
    """Columns and keys of candidates; no register of single records, no houses."""
    columns = {c.name: code(frame[c.name]).map(CHANGES[c.change]) for c in model.column}
    for feature in model.feature:
        if feature.kind == "date":
            born = code(frame[feature.column])
            columns[f"{feature.column} year"] = _numbers(born, texts.year)
            columns[f"{feature.column} day"] = _numbers(born, texts.month_day)
    keys: dict[str, Callable[[], np.ndarray]] = {}
    for block in model.block:
        parts = [_part(columns, name) for name in block.columns]
        if block.unordered and len(parts) == 2:
            parts = _one_list(parts)
        ordered = not (block.unordered and len(parts) == 2)
        keys["+".join(block.columns)] = partial(pairs, *parts, ordered=ordered)
    none = np.zeros(frame.height, bool)
    refine = np.arange(frame.height, dtype=np.uint64)
    return Prepared(frame.height, columns, keys, refine, none, none)


def _part(columns: dict[str, Coded], name: str) -> Coded:
    column, _, letters = name.partition(":")
    return columns[column].map(texts.start(int(letters))) if letters.isdigit() else columns[column]


def _one_list(parts: list[Coded]) -> list[Coded]:
    from chukan_layout.match.coded import together

    return together(*parts)


def _numbers(column: Coded, of: Callable[[pl.Series], pl.Series]) -> Coded:
    table = of(column.words).cast(pl.Int32, strict=False).fill_null(-1).to_numpy()
    return Coded(
        np.append(table, np.int32(-1)).astype(np.int32)[column.codes], pl.Series([], dtype=pl.String)
    )


def scheme(model: Model) -> Scheme:
    """How the kernel compares, and first guesses."""
    features = tuple(_feature(f) for f in model.feature)
    traits = tuple(_trait(f) for f in model.feature)
    labels = {f.name: (f.label or f.name, f.name) for f in model.feature}
    return Scheme(
        model.model.name, features, traits, labels, exclusive=model.model.exclusive, auto=model.model.auto
    )


def _feature(f: Feature) -> dict[str, Any]:
    if f.kind == "date":
        return {"kind": "date", "year": f"{f.column} year", "day": f"{f.column} day"}
    if f.kind == "equal":
        return {"kind": "equal", "column": f.column, "bins": f.bins}
    if f.kind == "text":
        return {
            "kind": "text",
            "column": f.column,
            "bins": f.bins,
            "measure": f.measure,
            "limits": list(f.limits),
            "swap": f.swap,
        }
    return {"kind": f.kind, "column": f.column} | ({"unless": None} if f.kind == "words" else {})


def _trait(f: Feature) -> Trait:
    if f.kind == "date":
        return Trait(
            f.name, 11, np.array([0, 0.05, 0.7, 0.03, 0.03, 0.03, 0.05, 0.03, 0.03, 0.02, 0.03]), f.identifier
        )
    equal = 1 + len(BINS) if f.bins and f.kind in ("equal", "text") else 1
    near = {"equal": 0, "text": len(f.limits) + (f.swap is not None), "digits": 1, "words": 1}[f.kind]
    guess = [0.0, 0.1, *[0.6 / equal] * equal, *[0.3 / max(near, 1)] * near]
    return Trait(f.name, len(guess), np.array(guess), f.identifier, first_like=2 + equal)
