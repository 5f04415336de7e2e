"""COPY with REPLACING, resolved at the level of tokens (JIS X 3002, COPY statement)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chukan_layout.copybook.tokens import Token, tokens

#: COPY within COPY deeper than this is a circle.
DEEPEST = 16
Loader = Callable[[str], str | None]


@dataclass(frozen=True)
class Replacement:
    """``how``: whole tokens, or the LEADING or TRAILING part of a word."""

    old: tuple[Token, ...]
    new: tuple[Token, ...]
    how: str = "whole"


def from_words(pairs: Sequence[tuple[str, str]]) -> list[Replacement]:
    """Replacements said outside a copybook, such as ``:TAG:`` by ``RES``."""
    return [Replacement(tuple(tokens(old, "free")), tuple(tokens(new, "free"))) for old, new in pairs]


def expand(found: Sequence[Token], load: Loader, depth: int = 0) -> list[Token]:
    """``found`` with each COPY statement replaced by what ``load`` gives for its name.

    CopybookError for one that cannot be found, or that copies itself.
    """
    out: list[Token] = []
    at = 0
    while at < len(found):
        if found[at].upper != "COPY":
            out.append(found[at])
            at += 1
            continue
        name, at, pairs = _statement(found, at)
        if depth >= DEEPEST:
            raise name.error("COPY が自分自身を含んでいます", "COPY copies itself")
        source = load(name.text)
        if source is None:
            raise name.error(
                f"COPY の「{name.text}」が見つかりません。コピー句と同じフォルダーに置きます",
                f"COPY {name.text} is not there; put it into the folder of the copybook",
            )
        inner = expand(tokens(source, file=name.text), load, depth + 1)
        out += substitute(inner, pairs)
    return out


def _statement(found: Sequence[Token], at: int) -> tuple[Token, int, list[Replacement]]:
    start = found[at]
    rest = list(found[at + 1 :])
    end = next((i for i, t in enumerate(rest) if t.kind == "end"), None)
    if end is None or end == 0:
        raise start.error("COPY 文に名前か終わりの . がありません", "COPY lacks its name or the period")
    body, name = rest[1:end], rest[0]
    while body and body[0].upper in ("OF", "IN", "SUPPRESS"):
        body = body[1:] if body[0].upper == "SUPPRESS" else body[2:]
    pairs: list[Replacement] = []
    if body:
        if body[0].upper != "REPLACING":
            raise body[0].error(f"COPY 文に「{body[0].text}」は書けません", f"COPY does not take {body[0].text}")
        pairs = _pairs(body[1:], body[0])
    return name, at + 1 + end + 1, pairs


def _pairs(body: list[Token], start: Token) -> list[Replacement]:
    pairs = []
    while body:
        how = "whole"
        if body[0].upper in ("LEADING", "TRAILING") and len(body) > 1 and body[1].kind == "pseudo":
            how, body = body[0].upper.lower(), body[1:]
        if len(body) < 3 or body[1].upper != "BY":
            raise (body[0] if body else start).error("REPLACING は「A BY B」の形で書きます", "REPLACING needs A BY B")
        pairs.append(Replacement(_side(body[0]), _side(body[2]), how))
        body = body[3:]
    if not pairs:
        raise start.error("REPLACING に中身がありません", "REPLACING has no pairs")
    return pairs


def _side(token: Token) -> tuple[Token, ...]:
    return token.parts if token.kind == "pseudo" else (token,)


def substitute(found: Sequence[Token], pairs: Sequence[Replacement]) -> list[Token]:
    """``found`` with the first replacement that fits at each place."""
    out: list[Token] = []
    at = 0
    while at < len(found):
        for pair in pairs:
            n = len(pair.old)
            if pair.how == "whole" and n and all(map(_same, pair.old, found[at : at + n])) and len(found) - at >= n:
                here = found[at]
                # A picture stays one, whatever the pseudo-text took it for.
                kind = {"kind": "picture"} if here.kind == "picture" and n == len(pair.new) == 1 else {}
                out += [replace(new, line=here.line, column=here.column, file=here.file, **kind) for new in pair.new]  # type: ignore[arg-type]
                at += n
                break
        else:
            out.append(_within(found[at], pairs))
            at += 1
    return out


def _same(a: Token, b: Token) -> bool:
    if a.kind == "literal" or b.kind == "literal":
        return a.kind == b.kind and (a.text, a.mark) == (b.text, b.mark)
    return a.text.upper() == b.text.upper()


def _within(token: Token, pairs: Sequence[Replacement]) -> Token:
    """Parts of a word or picture: ``:TAG:`` in ``:TAG:-NAME``, ``(N)`` in ``X(N)``, LEADING and TRAILING."""
    if token.kind not in ("word", "picture"):
        return token
    text = token.text
    for pair in pairs:
        if len(pair.old) != 1:
            continue
        old, new = pair.old[0].text, "".join(t.text for t in pair.new)
        upper = text.upper()
        if pair.how == "leading" and upper.startswith(old.upper()):
            text = new + text[len(old) :]
        elif pair.how == "trailing" and upper.endswith(old.upper()):
            text = text[: len(text) - len(old)] + new
        elif pair.how == "whole" and old[:1] + old[-1:] in ("::", "()") and old.upper() in upper:
            at = upper.index(old.upper())
            text = text[:at] + new + text[at + len(old) :]
    return replace(token, text=text)
