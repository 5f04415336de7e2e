"""Offsets: a copybook's tree as flat records, per vendor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from chukan_layout.copybook.parse import Condition, Node
from chukan_layout.copybook.storage import Storage, Usage, storage
from chukan_layout.model.record import Odo, Profile, RecordField, Sign

#: Fields of one record, tables written out; more is a mistake.
MOST_FIELDS = 20_000


@dataclass(frozen=True)
class Placed:
    """A field with the line it is declared in, the names above it, and what it redefines."""

    field: RecordField
    line: int
    path: tuple[str, ...]
    redefines: str = ""
    codes: tuple[Condition, ...] = ()
    renames: bool = False


@dataclass(frozen=True)
class CopyRecord:
    """One 01: ``bytes`` at most, ``least`` with every OCCURS DEPENDING ON at its smallest."""

    name: str
    line: int
    bytes: int
    least: int
    fields: tuple[Placed, ...]
    redefines: bool = field(default=False)


@dataclass(frozen=True)
class _Above:
    """What a group hands down."""

    usage: Usage | None = None
    sign: Sign | None = None
    sync: bool = False
    path: tuple[str, ...] = ()
    index: tuple[int, ...] = ()
    odo: tuple[Odo, ...] = ()
    redefines: str = ""


@dataclass
class _Size:
    most: int
    least: int
    align: int


def records(roots: list[Node], profile: Profile = "ibm") -> list[CopyRecord]:
    """The records of a copybook (items of level 77 are none); CopybookError for what does not fit together."""
    made = [_Record(root, profile).made() for root in roots if root.level != 77]
    if not made:
        token = roots[0].token
        raise token.error("レコード（01）がありません", "there is no record (01)")
    return made


class _Record:
    def __init__(self, root: Node, profile: Profile) -> None:
        self.root, self.profile = root, profile
        self.placed: list[Placed] = []
        self.spans: dict[int, tuple[int, int]] = {}
        self.sizes: dict[int, _Size] = {}

    def made(self) -> CopyRecord:
        size = self._size(self.root, _Above())
        self._walk(self.root, 0, _Above(), ())
        fields = self._named_apart() + list(self._renamed())
        name = self.root.name or "レコード"
        return CopyRecord(name, self.root.token.line, size.most, size.least, tuple(fields), self.root.redefines is not None)

    # ------------------------------------------------------------ sizes

    def _down(self, node: Node, above: _Above) -> _Above:
        return replace(
            above,
            usage=node.usage or above.usage,
            sign=node.sign or above.sign,
            sync=node.sync or above.sync,
        )

    def _storage(self, node: Node, above: _Above) -> Storage:
        here = self._down(node, above)
        usage = here.usage or "DISPLAY"
        separate = bool(here.sign and here.sign.endswith("separate") and node.pic and node.pic.signed)
        found = storage(node.pic, usage, self.profile, separate)
        if found is None and node.usage is None and node.pic is not None and node.pic.category != "numeric":
            found = storage(node.pic, "DISPLAY", self.profile)
        if found is None:
            at = node.usage_token or node.token
            if node.pic is None:
                raise at.error(f"「{node.name}」に PICTURE がありません", f"{node.name} has no PICTURE")
            raise at.error(f"「{node.name}」の PICTURE と USAGE が合いません", f"{node.name}: PICTURE and USAGE disagree")
        return found

    def _size(self, node: Node, above: _Above) -> _Size:
        """Bytes of one occurrence, slack included."""
        here = self._down(node, above)
        items = [c for c in node.children if c.level != 66]
        if not items:
            store = self._storage(node, above)
            size = _Size(store.bytes, store.bytes, store.align if here.sync else 1)
        else:
            size, shorter = _Size(0, 0, 1), 0
            for child, at, one in self._laid(node, here):
                most, least = self._times(child, one)
                size.align = max(size.align, one.align)
                size.most = max(size.most, at + most)
                if child.redefines is None:
                    shorter += most - least
            size.least = size.most - shorter
            if node.occurs and size.align > 1:
                size.most = -(-size.most // size.align) * size.align
                size.least = size.most - shorter
        self.sizes[id(node)] = size
        return size

    def _times(self, node: Node, one: _Size) -> tuple[int, int]:
        if node.occurs is None:
            return one.most, one.least
        return one.most * node.occurs.most, one.least * node.occurs.least

    def _laid(self, node: Node, here: _Above) -> Iterator[tuple[Node, int, _Size]]:
        """Children with their offsets within the group, as if every table were full."""
        at = 0
        starts: dict[str, tuple[int, Node]] = {}
        last = ""
        for child in (c for c in node.children if c.level != 66):
            one = self.sizes.get(id(child)) or self._size(child, here)
            if child.redefines is not None:
                wanted = child.redefines.text.upper()
                if wanted not in starts:
                    raise child.redefines.error(
                        f"REDEFINES の「{child.redefines.text}」が、同じ組の前の項目にありません",
                        f"REDEFINES {child.redefines.text}: no item before it in the group has that name",
                    )
                start = starts[wanted][0]
            else:
                start = -(-at // one.align) * one.align
                last = child.name.upper()
            starts.setdefault(child.name.upper() or last, (start, child))
            yield child, start, one
            at = max(at, start + self._times(child, one)[0])

    # ------------------------------------------------------------ fields

    def _walk(self, node: Node, at: int, above: _Above, odo: tuple[Odo, ...]) -> tuple[Odo, ...]:
        """Places the fields below ``node``; gives the tables of varying length that what follows lies behind."""
        here = self._down(node, above)
        items = [c for c in node.children if c.level != 66]
        span = self.sizes[id(node)].most
        self.spans[id(node)] = (at, at + span)
        if not items:
            self._field(node, at, above, odo)
            return odo
        if node is not self.root:
            here = replace(here, path=(*here.path, node.name))
        for child, start, one in self._laid(node, here):
            inner = replace(here, redefines=child.redefines.text) if child.redefines else here
            if child.occurs is None:
                odo = self._walk(child, at + start, inner, odo)
            else:
                odo = self._table(child, at + start, inner, odo, one.most)
            if len(self.placed) > MOST_FIELDS:
                raise child.token.error("項目が多すぎます", "too many fields")
        return odo

    def _table(self, node: Node, at: int, above: _Above, odo: tuple[Odo, ...], stride: int) -> tuple[Odo, ...]:
        table = node.occurs
        assert table is not None
        if table.counter and above.index:
            raise table.token.error(
                "OCCURS の中の OCCURS DEPENDING ON は扱えません", "OCCURS DEPENDING ON within OCCURS is not supported"
            )
        if table.counter and not any(p.field.name.upper() == table.counter.upper() for p in self.placed):
            raise table.token.error(
                f"DEPENDING ON の「{table.counter}」が前にありません", f"DEPENDING ON {table.counter}: not declared before"
            )
        for number in range(1, table.most + 1):
            own = odo
            if table.counter:
                own = (*odo, Odo(counter=table.counter, most=table.most, stride=stride, element=number))
            self._walk(node, at + (number - 1) * stride, replace(above, index=(*above.index, number)), own)
        if not table.counter:
            return odo
        return (*odo, Odo(counter=table.counter, most=table.most, stride=stride))

    def _field(self, node: Node, at: int, above: _Above, odo: tuple[Odo, ...]) -> None:
        if not node.name:
            return
        here, store = self._down(node, above), self._storage(node, above)
        pic = node.pic
        number = store.type in ("zoned", "packed", "binary", "float", "edited")
        signed = store.type == "float" or (pic.signed if pic and pic.category in ("numeric", "edited") else number)
        index = "".join(f"({i})" for i in above.index)
        made = RecordField(
            name=node.name + index,
            at=at,
            bytes=store.bytes,
            type=store.type,
            digits=pic.digits if pic and number else 0,
            scale=pic.scale if pic and number else 0,
            signed=bool(number and signed),
            sign=(here.sign or "trailing") if store.type == "zoned" and signed else "trailing",
            nibble=store.nibble,
            blank="zero" if node.blank_zero else "null",
            right=node.right,
            odo=odo,
        )
        self.placed.append(Placed(made, node.token.line, above.path, above.redefines, tuple(node.conditions)))

    def _named_apart(self) -> list[Placed]:
        """Names that stand twice get the names of their groups before them."""
        count = Counter(p.field.name for p in self.placed)
        out = []
        for p in self.placed:
            name = p.field.name
            if count[name] > 1 and p.path:
                name = ".".join([*(x for x in p.path if x), name])
            out.append(replace(p, field=p.field.model_copy(update={"name": name})))
        return out

    def _renamed(self) -> Iterator[Placed]:
        for node in (c for c in self.root.children if c.renames):
            first, last = node.renames or (node.token, None)
            start, end = self._span(first)
            if last is not None:
                end = self._span(last)[1]
            if end <= start:
                raise first.error("RENAMES の範囲が逆です", "RENAMES runs backwards")
            made = RecordField(name=node.name, at=start, bytes=end - start)
            yield Placed(made, node.token.line, (), "", tuple(node.conditions), renames=True)

    def _span(self, token: object) -> tuple[int, int]:
        from chukan_layout.copybook.tokens import Token

        assert isinstance(token, Token)
        for node in _all(self.root):
            if node.name.upper() == token.text.upper() and id(node) in self.spans:
                return self.spans[id(node)]
        raise token.error(f"RENAMES の「{token.text}」がありません", f"RENAMES {token.text}: there is no such item")


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _all(child)
