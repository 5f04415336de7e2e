"""Values of a TOML file against a model: pydantic's errors as problems with a line and a hint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from chukan_layout.spec.document import Document
from chukan_layout.spec.problem import At, Kind, Problem
from chukan_layout.spec.suggest import near

UNKNOWN_KEY = Kind(
    "T101", "error",
    "「{key}」という欄はありません",
    "there is no key {key}",
    "欄の名前を直すか、取り除く",
    "correct the name of the key, or remove it",
)  # fmt: skip
MISSING_KEY = Kind(
    "T102", "error",
    "「{key}」がありません",
    "{key} is missing",
    "欄を書き足す",
    "add the key",
)  # fmt: skip
WRONG_TYPE = Kind(
    "T103", "error",
    "「{key}」は{type_ja}で書きます",
    "{key} must be {type_en}",
    "値の書き方を直す (文字列は引用符で囲む、数と真偽は囲まない)",
    "write strings in quotes, numbers and true or false without",
)  # fmt: skip
BAD_VALUE = Kind(
    "T104", "error",
    "「{key}」に {value} は使えません。使えるもの: {allowed}",
    "{key} cannot be {value}; allowed: {allowed}",
    "使える値に直す",
    "use an allowed value",
)  # fmt: skip
BAD_SOURCE = Kind(
    "T105", "error",
    "出所 (source) {value} は正しくありません。official:Vx.y、successor:NNN、law:条文、draft のどれかで、"
    "official には版が要ります",
    "source {value} is none of official:Vx.y, successor:NNN, law:ARTICLE, draft; official needs a version",
    "確かめた版を書くか、draft とする",
    "name the version it was checked against, or say draft",
)  # fmt: skip
OUT_OF_BOUNDS = Kind(
    "T106", "error",
    "「{key}」の値 {value} は範囲の外です ({rule})",
    "{key} = {value} is out of bounds ({rule})",
    "範囲の中の値にする",
    "use a value within the bounds",
)  # fmt: skip
ONE_TEST = Kind(
    "T107", "error",
    "条件には in、not_in、present のうち一つだけを書きます",
    "a condition has exactly one of in, not_in, present",
    "一つにする",
    "keep one",
)  # fmt: skip
OTHER = Kind(
    "T199", "error",
    "「{key}」の値が正しくありません ({reason})",
    "{key} is not right ({reason})",
    "値を直す",
    "correct the value",
)  # fmt: skip

Model = TypeVar("Model", bound=BaseModel)

_TYPES = {
    "int": ("整数", "an integer"),
    "string": ("引用符で囲んだ文字列", "a string in quotes"),
    "bool": ("true か false", "true or false"),
    "tuple": ("[ ] で囲んだ並び", "an array in [ ]"),
    "dict": ("{ } で囲んだ表", "a table in { }"),
    "model": ("{ } で囲んだ表", "a table in { }"),
}


def parse(
    model: type[Model], data: dict[str, Any], doc: Document, renamed: dict[str, At]
) -> Model | list[Problem]:
    """``data`` as a ``model``, or every problem of it.

    ``renamed`` says where a field of the model stands in the file, for fields with a name of their own there:
    ``{"row_checks": ("row_check",)}``; the key "" stands for all others.
    """
    try:
        return model.model_validate_json(json.dumps(data, default=_date), strict=True)
    except ValidationError as failure:
        found = [_problem(model, error, doc, renamed) for error in failure.errors(include_url=False)]
        return list(dict.fromkeys(found))


def _date(value: object) -> list[str]:
    """A TOML date is no string: in a list it fails where a string is wanted."""
    return [str(value)]


def _problem(model: type[BaseModel], error: ErrorDetails, doc: Document, renamed: dict[str, At]) -> Problem:
    at, known = _place(model, error["loc"])
    first, rest = (str(at[0]), at[1:]) if at else ("", ())
    path: At = (*renamed[first], *rest) if first in renamed else (*renamed.get("", ()), *at)
    return _translate(error, doc, path, known)


def _translate(error: ErrorDetails, doc: Document, at: At, known: tuple[str, ...]) -> Problem:
    key = _key(at)
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return doc.problem(UNKNOWN_KEY, *at, hint=near(key, known), key=key)
    if kind in ("missing", "union_tag_not_found"):
        key = key if kind == "missing" else str(context["discriminator"]).strip("'")
        return doc.problem(MISSING_KEY, *at, key=key)
    value = _shown(error.get("input"))
    if kind in ("literal_error", "union_tag_invalid"):
        expected = str(context.get("expected", context.get("expected_tags", "")))
        allowed = expected.replace(" or ", ", ").replace("'", "")
        word = str(context.get("tag", error.get("input")))
        hint = near(word, allowed.split(", "))
        return doc.problem(BAD_VALUE, *at, hint=hint, key=key, value=_shown(word), allowed=allowed)
    if kind == "string_pattern_mismatch" and key == "source":
        return doc.problem(BAD_SOURCE, *at, value=value)
    if kind.split("_")[0] in _TYPES and kind.endswith(("_type", "_parsing", "_from_float")):
        ja, en = _TYPES[kind.split("_")[0]]
        return doc.problem(WRONG_TYPE, *at, key=key, type_ja=ja, type_en=en)
    if kind == "value_error" and "exactly one of" in error["msg"]:
        return doc.problem(ONE_TEST, *at)
    if rule := _bound(kind, context):
        return doc.problem(OUT_OF_BOUNDS, *at, key=key, value=value, rule=rule)
    return doc.problem(OTHER, *at, key=key, reason=error["msg"])


def _bound(kind: str, context: dict[str, Any]) -> str:
    sign = {"greater_than_equal": "ge", "less_than_equal": "le"}.get(kind)
    if sign:
        return f"{'≧' if sign == 'ge' else '≦'} {context[sign]}"
    if kind in ("string_too_short", "string_too_long"):
        least = context.get("min_length")
        return f"長さ length {'≧' if least is not None else '≦'} {context.get('max_length', least)}"
    return f"形 pattern {context['pattern']}" if kind == "string_pattern_mismatch" else ""


def _key(at: At) -> str:
    return next((part for part in reversed(at) if isinstance(part, str)), "")


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:40] + "…"


def _place(model: type[BaseModel], loc: tuple[str | int, ...]) -> tuple[At, tuple[str, ...]]:
    """``loc`` without the tags of unions, and the keys known where its last part stands."""
    at: list[str | int] = []
    here: tuple[type[BaseModel], ...] = (model,)
    holder = here
    for part in loc:
        if isinstance(part, int):
            at.append(part)
            continue
        tagged = tuple(m for m in here if part in _tags(m))
        if len(here) > 1 and tagged:
            here = tagged
            continue
        at.append(part)
        holder, here = here, tuple(m for owner in here for m in _inside(owner, part))
    return tuple(at), tuple(dict.fromkeys(name for m in holder for name in _keys(m)))


def _tags(model: type[BaseModel]) -> tuple[str, ...]:
    fields = (model.model_fields.get(name) for name in ("op", "kind"))
    literals = (f.annotation for f in fields if f and get_origin(f.annotation) is Literal)
    return tuple(tag for literal in literals for tag in get_args(literal))


def _keys(model: type[BaseModel]) -> Iterator[str]:
    return (f.alias or name for name, f in model.model_fields.items())


def _inside(model: type[BaseModel], key: str) -> Iterator[type[BaseModel]]:
    for name, f in model.model_fields.items():
        if key in (name, f.alias):
            yield from _models(f.annotation)


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        if get_origin(annotation) is not Literal:
            yield from _models(part)


