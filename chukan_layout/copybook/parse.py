"""Entries of a copybook as a tree: levels 01-49 and 77, with 66, 78 and 88 beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chukan_layout.copybook.picture import Picture, picture
from chukan_layout.copybook.storage import USAGES, Usage
from chukan_layout.copybook.tokens import Token
from chukan_layout.model.record import Sign

_NOISE = {"IS", "ARE", "WHEN", "TIMES", "ON", "BY", "CHARACTER"}
_ZEROS = {"ZERO", "ZEROS", "ZEROES"}


@dataclass
class Condition:
    """Level 88: the name of some values, and those of a range THRU."""

    name: str
    values: list[str]
    ranges: list[tuple[str, str]]
    token: Token


@dataclass
class Occurs:
    least: int
    most: int
    counter: str
    token: Token


@dataclass
class Node:
    """A data item; ``name`` is empty for FILLER."""

    level: int
    name: str
    token: Token
    pic: Picture | None = None
    usage: Usage | None = None
    usage_token: Token | None = None
    sign: Sign | None = None
    occurs: Occurs | None = None
    redefines: Token | None = None
    renames: tuple[Token, Token | None] | None = None
    sync: bool = False
    right: bool = False
    blank_zero: bool = False
    conditions: list[Condition] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    parent: Node | None = None


def parse(found: Sequence[Token]) -> list[Node]:
    """The items of levels 01 and 77 in order; CopybookError names line and column of what cannot be read."""
    return _Parser(found).all()


class _Parser:
    def __init__(self, found: Sequence[Token]) -> None:
        self.found, self.at = found, 0
        self.roots: list[Node] = []
        self.last: Node | None = None
        self.constants: dict[str, int] = {}

    def all(self) -> list[Node]:
        while self.at < len(self.found):
            if self.found[self.at].kind == "end" or self.found[self.at].upper in ("SKIP1", "SKIP2", "SKIP3", "EJECT"):
                self.at += 1
            else:
                self._entry()
        if not self.roots:
            line = self.found[-1] if self.found else Token("end", "", 1, 1)
            raise line.error("データ項目が一つもありません", "there is no data item")
        return self.roots

    # ------------------------------------------------------------ tokens

    @property
    def here(self) -> Token:
        return self.found[min(self.at, len(self.found) - 1)]

    def _more(self) -> bool:
        """Whether the entry goes on; CopybookError when the period is missing."""
        if self.at >= len(self.found):
            raise self.here.error("記述の終わりの . がありません", "the period at the end is missing")
        return self.here.kind != "end"

    def _take(self, *words: str) -> Token | None:
        if self.at < len(self.found) and self.here.upper in words:
            self.at += 1
            return self.found[self.at - 1]
        return None

    def _noise(self) -> None:
        while self.at < len(self.found) and self.here.upper in _NOISE:
            self.at += 1

    def _name(self, what: str) -> Token:
        if self.at >= len(self.found) or self.here.kind != "word":
            raise self.here.error(f"{what}の名前がありません", f"{what}: a name is missing")
        self.at += 1
        return self.found[self.at - 1]

    def _number(self, what: str) -> int:
        token = self._name(what)
        value = self.constants.get(token.upper) if not token.text.isdigit() else int(token.text)
        if value is None:
            raise token.error(f"{what}の数「{token.text}」を読めません", f"{what}: {token.text} is no number")
        return value

    # ------------------------------------------------------------ entries

    def _entry(self) -> None:
        first = self.here
        if not (first.kind == "word" and first.text.isdigit() and len(first.text) <= 2):
            raise first.error(
                f"レベル番号があるべきところに「{first.text}」があります",
                f"{first.text} stands where a level number belongs",
            )
        level = int(first.text)
        if not (1 <= level <= 49 or level in (66, 77, 78, 88)):
            raise first.error(f"レベル番号 {level} はありません", f"there is no level {level}")
        self.at += 1
        if level == 88:
            self._condition()
        elif level == 78:
            self._constant()
        else:
            self._item(level, first)
        if self.at >= len(self.found):
            raise self.here.error("記述の終わりの . がありません", "the period at the end is missing")
        self.at += 1

    def _constant(self) -> None:
        name = self._name("78")
        while self._more():
            token = self.here
            self.at += 1
            if token.kind == "word" and token.text.isdigit():
                self.constants[name.upper] = int(token.text)

    def _condition(self) -> None:
        name = self._name("88")
        if self.last is None:
            raise name.error("88 の前に項目がありません", "88 has no item before it")
        if not self._take("VALUE", "VALUES"):
            raise name.error(f"88「{name.text}」に VALUE がありません", f"88 {name.text} has no VALUE")
        self._noise()
        condition = Condition(name.text, [], [], name)
        while self._more():
            value = self._literal()
            if self._take("THRU", "THROUGH"):
                condition.ranges.append((value, self._literal()))
            else:
                condition.values.append(value)
        self.last.conditions.append(condition)

    def _literal(self) -> str:
        self._more()
        token = self.here
        self.at += 1
        if token.upper == "ALL":
            return self._literal()
        if token.kind == "literal" or token.upper in _ZEROS | {"SPACE", "SPACES"}:
            return token.text if token.kind == "literal" else "0" if token.upper in _ZEROS else ""
        if token.upper in ("HIGH-VALUE", "HIGH-VALUES", "LOW-VALUE", "LOW-VALUES", "NULL", "NULLS", "QUOTE", "QUOTES"):
            return token.upper
        if token.kind == "word" and token.text.lstrip("+-").replace(".", "", 1).isdigit():
            return token.text
        raise token.error(f"値「{token.text}」を読めません", f"{token.text} is no value")

    def _item(self, level: int, first: Token) -> None:
        node = Node(level, "", first)
        if self._more() and self.here.kind == "word" and self.here.upper not in _CLAUSES and not self._take("FILLER"):
            node.name, node.token = self.here.text, self.here
            self.at += 1
        while self._more():
            token = self.here
            clause = _CLAUSES.get(token.upper)
            if clause is None:
                raise token.error(f"「{token.text}」は知らない句です", f"{token.text} is no clause that is known")
            self.at += 1
            clause(self, node, token)
        self._place(node)

    def _place(self, node: Node) -> None:
        if node.level == 66:
            if not self.roots:
                raise node.token.error("66 の前にレコードがありません", "66 has no record before it")
            node.parent = self.roots[-1]
            self.roots[-1].children.append(node)
            return
        parent = None if node.level in (1, 77) else self._above(node)
        if parent is None:
            self.roots.append(node)
        else:
            if parent.pic is not None:
                raise node.token.error(
                    f"「{parent.name}」は PICTURE があるので、下に項目を持てません",
                    f"{parent.name} has a PICTURE and cannot have items below",
                )
            parent.children.append(node)
        node.parent = parent
        self.last = node

    def _above(self, node: Node) -> Node | None:
        """The item that this one belongs to; None begins a record that has no 01 of its own."""
        at = self.last
        while at is not None and at.level >= node.level:
            if at.level == node.level or at.parent is None:
                return at.parent
            below = at.level
            at = at.parent
            if at is not None and at.level < node.level < below and at.children:
                raise node.token.error(
                    f"レベル {node.level:02d} は前の項目のどのレベルとも合いません",
                    f"level {node.level:02d} agrees with no item before it",
                )
        return at if at is None or at.level != 77 else None

    # ------------------------------------------------------------ clauses

    def picture(self, node: Node, token: Token) -> None:
        self._noise()
        if self.here.kind != "picture":
            raise token.error("PICTURE の文字列がありません", "PICTURE has no string")
        said = self.here
        for name, value in self.constants.items():
            if f"({name})" in said.text.upper():
                text = said.text.upper().replace(f"({name})", f"({value})")
                said = Token("picture", text, said.line, said.column, said.file)
        node.pic = picture(said)
        self.at += 1

    def usage(self, node: Node, token: Token) -> None:
        self._noise()
        said = self._name("USAGE")
        if said.upper not in USAGES:
            raise said.error(f"USAGE「{said.text}」は知りません", f"USAGE {said.text} is not known")
        node.usage, node.usage_token = USAGES[said.upper], said

    def usage_alone(self, node: Node, token: Token) -> None:
        node.usage, node.usage_token = USAGES[token.upper], token

    def occurs(self, node: Node, token: Token) -> None:
        least = most = self._number("OCCURS")
        if self._take("TO"):
            most = self._number("OCCURS")
        counter = ""
        while self._more():
            self._noise()
            if self._take("DEPENDING"):
                self._noise()
                counter = self._name("DEPENDING ON").text
            elif self._take("ASCENDING", "DESCENDING"):
                self._take("KEY")
                self._names()
            elif self._take("INDEXED"):
                self._names()
            else:
                break
        if most < 1 or least > most or (least != most and not counter):
            raise token.error("OCCURS の回数が正しくありません", "the numbers of OCCURS do not make sense")
        node.occurs = Occurs(least, most, counter, token)

    def _names(self) -> None:
        self._noise()
        while self._more() and self.here.kind == "word" and self.here.upper not in _CLAUSES and self.here.upper not in (
            "ASCENDING", "DESCENDING", "INDEXED", "DEPENDING",
        ):  # fmt: skip
            self.at += 1

    def redefines(self, node: Node, token: Token) -> None:
        node.redefines = self._name("REDEFINES")

    def renames(self, node: Node, token: Token) -> None:
        start = self._name("RENAMES")
        node.renames = (start, self._name("RENAMES") if self._take("THRU", "THROUGH") else None)

    def sign(self, node: Node, token: Token) -> None:
        self._noise()
        side = token if token.upper in ("LEADING", "TRAILING") else self._take("LEADING", "TRAILING")
        if side is None:
            raise token.error("SIGN には LEADING か TRAILING を書きます", "SIGN needs LEADING or TRAILING")
        separate = self._take("SEPARATE") is not None
        self._noise()
        base = side.upper.lower()
        node.sign = f"{base}-separate" if separate else base  # type: ignore[assignment]

    def sync(self, node: Node, token: Token) -> None:
        node.sync = True
        self._take("LEFT", "RIGHT")

    def just(self, node: Node, token: Token) -> None:
        node.right = True
        self._take("RIGHT")

    def blank(self, node: Node, token: Token) -> None:
        self._noise()
        if not self._take(*_ZEROS):
            raise token.error("BLANK の後に ZERO がありません", "BLANK needs ZERO")
        node.blank_zero = True

    def value(self, node: Node, token: Token) -> None:
        self._noise()
        self._literal()
        if self._take("THRU", "THROUGH"):
            self._literal()

    def nothing(self, node: Node, token: Token) -> None:
        if token.upper == "GROUP-USAGE":
            self._noise()
            self._name("GROUP-USAGE")


_Clause = Callable[[_Parser, Node, Token], None]
#: Unbound methods of the class above.
_CLAUSES: dict[str, _Clause] = {
    "PIC": _Parser.picture,
    "PICTURE": _Parser.picture,
    "USAGE": _Parser.usage,
    **dict.fromkeys(USAGES, _Parser.usage_alone),
    "OCCURS": _Parser.occurs,
    "REDEFINES": _Parser.redefines,
    "RENAMES": _Parser.renames,
    **dict.fromkeys(("SIGN", "LEADING", "TRAILING"), _Parser.sign),
    **dict.fromkeys(("SYNC", "SYNCHRONIZED"), _Parser.sync),
    **dict.fromkeys(("JUST", "JUSTIFIED"), _Parser.just),
    "BLANK": _Parser.blank,
    **dict.fromkeys(("VALUE", "VALUES"), _Parser.value),
    **dict.fromkeys(("EXTERNAL", "GLOBAL", "GROUP-USAGE"), _Parser.nothing),
}
