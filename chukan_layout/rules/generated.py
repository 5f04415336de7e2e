"""Rules generated from the lines of a layout: requirement VAL-01, VAL-02 (numbered checks).

Ids are ``{area:02d}-{file:02d}-{item:03d}-{KIND}`` for items and ``{area:02d}-{file:02d}-{id}`` for the layout's
row and keyed checks, so they are as stable as the layout's own numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chukan_layout.model.finding import Rule
from chukan_layout.model.layout import Item, KeyedCheck, LayoutFile, RowCheck, Severity
from chukan_layout.rules.kinds import KINDS, RuleKind

CHARSETS = {
    "half": ("半角", "half width"), "full": ("全角", "full width"), "kana": ("全角カタカナ", "full-width katakana"),
    "digit": ("数字", "digits"), "alnum": ("英数字", "letters and digits"), "any": ("制御文字以外", "no controls"),
}  # fmt: skip
#: Kinds that the operations of a mapping can raise besides those of the item's own checks.
OF_DATES = ("DAT", "CAL", "ERA", "LUN", "UNK")


def kinds_of(item: Item) -> Iterator[str]:
    """The kinds that can occur for an item, whatever the mapping."""
    if item.required:
        yield "REQ"
    if item.required_when:
        yield "CND"
    if item.applies_when:
        yield "ABS"
    yield "ENC"
    if item.code:
        yield "COD"
        return
    if item.type == "DATE":
        yield from OF_DATES
    elif item.type in ("X", "N"):
        yield from ("GAI", "CHR", "DIG")
    else:
        yield "TYP"
        if item.type not in ("YEAR", "TIME"):  # another number of digits is another form
            yield "DIG"
    if item.check_digit:
        yield "CDG"
    if item.min is not None or item.max is not None:
        yield "RNG"


def _severity(kind: RuleKind, item: Item) -> Severity:
    if kind.kind == "CDG" and item.check_digit == "juminhyo":
        return "warning"  # the formula is not published; our weights are a draft
    return kind.severity or item.severity


def _limit(kind: str, item: Item) -> tuple[str, str]:
    if kind == "CHR":
        return CHARSETS[item.charset_class]
    if kind == "DIG":
        scale = f".{item.scale}" if item.scale else ""
        exact = ("ちょうど", "exactly ") if item.exact else ("最大", "at most ")
        return f"{exact[0]}{item.digits}{scale}桁", f"{exact[1]}{item.digits}{scale}"
    if kind == "COD":
        return item.code or "", item.code or ""
    if kind == "RNG":
        span = f"{item.min or ''}～{item.max or ''}"
        return span, span
    return item.type, item.type


def _unknown_value(cod: RuleKind) -> RuleKind:
    """COD of an item without a code table: only a map of the mapping can fail there."""
    return cod._replace(
        title_ja="対応表にない値", title_en="not in the code map",
        message_ja="「{item}」の元の値がマッピングの対応表にありません。",
        message_en="the source value of {item} is not in the code map of the mapping.",
    )  # fmt: skip


def item_rule(file: LayoutFile, item: Item, kind: str) -> Rule:
    """The rule of one kind for one item."""
    k = KINDS[kind]
    if kind == "COD" and not item.code:
        k = _unknown_value(k)
    ja, en = _limit(kind, item)
    return Rule(
        f"{file.area:02d}-{file.no:02d}-{item.no:03d}-{kind}", kind, _severity(k, item),
        file.area, file.id, item.no, item.name, k.title_ja, k.title_en,
        k.message_ja.format(item=item.name, limit=ja), k.message_en.format(item=item.name, limit=en),
        k.action_ja, k.action_en, k.owner, item.source,
    )  # fmt: skip


@dataclass(frozen=True)
class Said:
    """Title, message and advice of a declared check."""

    title_en: str
    message_ja: str
    message_en: str


_SAID = {
    "compare": Said("items contradict each other", "項目どうしが矛盾しています: {name}", "items contradict each other: {detail}"),
    "implies": Said("items contradict each other", "項目どうしが矛盾しています: {name}", "items contradict each other: {detail}"),
    "sum": Said("a total that is not its sum", "合計が内訳と合いません: {name}", "the total is not the sum of its parts: {detail}"),
    "dated": Said("code not in force on its day", "その日に使えないコードです: {name}", "the code was not in force on its day: {detail}"),
    "totals": Said("a total that is not that of its details", "明細の合計と合いません: {name}", "the amount is not the total of its details: {detail}"),
    "periods": Said("periods overlap or leave a hole", "期間が重なるか、空いています: {name}", "periods overlap or leave a hole: {detail}"),
    "joined": Said("dates of two files contradict", "別のファイルの日付と矛盾しています: {name}", "the date contradicts that of another file: {detail}"),
    "unique": Said("duplicate key", "同じキーの記録が前にもあります: {name}", "an earlier record has the same key: {detail}"),
    "foreign": Said("no such parent", "参照先の記録がありません: {name}", "the record referred to is missing: {detail}"),
    "group_count": Said("wrong number in a group", "組の中の件数が違います: {name}", "wrong number in a group: {detail}"),
    "years": Said("a year is missing", "途中の年度がありません: {name}", "a year between others is missing: {detail}"),
    "history": Said("broken history", "履歴番号が続いていません: {name}", "the history is broken: {detail}"),
}  # fmt: skip


def declared_rule(file: LayoutFile, check: RowCheck | KeyedCheck) -> Rule:
    """The rule of a row check or keyed check of the layout."""
    years = check.kind == "history" and check.start == "any"
    said, subject = _SAID["years" if years else check.kind], subject_of(check)
    item = file.item(subject)
    detail = f"{check.kind} {file.area:02d}-{file.no:02d}-{check.id}"
    reason = getattr(check, "reason", "")
    return Rule(
        f"{file.area:02d}-{file.no:02d}-{check.id}", check.id, check.severity,
        file.area, file.id, item.no, item.name, check.name, said.title_en,
        said.message_ja.format(name=check.name) + (f"（{reason}）" if reason else ""),
        said.message_en.format(detail=detail),
        "関係する項目を原本で確かめ、移行元で直す。", "check the items concerned and correct the source.",
        "業務所管課", check.source,
    )  # fmt: skip


def subject_of(check: RowCheck | KeyedCheck) -> str:
    """The item that a finding of the check is about."""
    if check.kind == "compare":
        return check.left
    if check.kind == "implies":
        return check.then[0].item
    if check.kind == "sum":
        return check.total
    if check.kind == "totals":
        return check.amount
    if check.kind == "periods":
        return check.start
    if check.kind == "joined" or check.kind == "dated":
        return check.item
    if check.kind == "history":
        return check.number
    if check.kind == "group_count":
        return check.group[0]
    return check.items[0]


def rules_of(file: LayoutFile) -> list[Rule]:
    """Every rule of a file, in the order of its items and checks."""
    items = [item_rule(file, item, kind) for item in file.items for kind in kinds_of(item)]
    return items + [declared_rule(file, check) for check in (*file.row_checks, *file.keyed_checks)]
