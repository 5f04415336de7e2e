"""The kinds of generated rules: what each looks for, what it says, what to do.

One record per kind; a rule of an item is a kind filled with the item's line of the layout
(:mod:`chukan_layout.rules.generated`).  ``{item}`` is the item's name, ``{limit}`` what the layout allows.
"""

from __future__ import annotations

from typing import NamedTuple

from chukan_layout.model.finding import Owner
from chukan_layout.model.layout import Severity


class RuleKind(NamedTuple):
    """``severity`` None means: as the item says."""

    kind: str
    title_ja: str
    title_en: str
    why_ja: str
    why_en: str
    message_ja: str
    message_en: str
    action_ja: str
    action_en: str
    owner: Owner
    severity: Severity | None = None


KINDS: dict[str, RuleKind] = {
    k.kind: k
    for k in (
        RuleKind(
            "REQ", "必須項目の空欄", "required item is blank",
            "空欄のままでは移行先に登録できない。", "The receiving system cannot register the record.",
            "必須項目「{item}」が空欄です。", "the required item {item} is blank.",
            "移行元の値を補うか、設定できない理由をマッピングの unset に書く。",
            "supply the value, or state in the mapping (unset) why it cannot be set.",
            "移行元",
        ),
        RuleKind(
            "CND", "条件付き必須項目の空欄", "item required by a condition is blank",
            "他の項目の値により、この項目が必要になる。", "Another item makes this one necessary.",
            "他の項目の条件により必須の「{item}」が空欄です。", "{item} is blank although other items require it.",
            "条件になった項目と併せて移行元の値を確かめる。", "check the value together with the items of the condition.",
            "業務所管課",
        ),
        RuleKind(
            "ABS", "対象外の項目に値", "value in an item that does not apply",
            "対象外の項目の値は、区分の誤りか不要データの印である。",
            "Such a value means a wrong classification or data that is not needed.",
            "この記録では対象外の「{item}」に値があります。", "{item} has a value although it does not apply to this record.",
            "区分が正しいか確かめ、不要な値なら移行元で消す。", "check the classification; remove the value if it is not needed.",
            "業務所管課",
        ),
        RuleKind(
            "ENC", "文字にならないバイト", "bytes of no character",
            "文字コードの誤りか破損である。バイトは失わずに私用面に保つ。",
            "A wrong charset or damage; the bytes are kept on a private plane, not lost.",
            "「{item}」に文字として読めないバイトがあります（16進で表示）。",
            "{item} holds bytes that are no character (shown in hexadecimal).",
            "マッピングの encoding と移行元の出力手順を確かめる。", "check the encoding of the mapping and the export.",
            "移行元",
        ),
        RuleKind(
            "GAI", "対応のない外字", "user-defined character without a counterpart",
            "外字表にない利用者定義文字は、移行先で別の字か空白になる。",
            "A user-defined character that is in no table becomes another character or a blank.",
            "「{item}」に外字表にない利用者定義文字があります。", "{item} holds a user-defined character that no table maps.",
            "字形を確かめて gaiji.toml に対応を加える。", "identify the glyph and add it to gaiji.toml.",
            "移行元", "warning",
        ),
        RuleKind(
            "TYP", "データ型の不一致", "wrong data type",
            "型が違う値は計算や比較に使えない。", "A value of another type cannot be computed or compared.",
            "「{item}」がデータ型 {limit} の形ではありません。", "{item} is not of the data type {limit}.",
            "移行元の値か、マッピングの操作を直す。", "correct the value or the operations of the mapping.",
            "移行元",
        ),
        RuleKind(
            "DAT", "日付の形の不一致", "not a date",
            "日付として読めない値は期間計算を誤らせる。", "A value that is no date spoils periods.",
            "「{item}」を日付として読めません。", "{item} cannot be read as a date.",
            "移行元の値か、マッピングの shapes を直す。", "correct the value, or the shapes in the mapping.",
            "移行元",
        ),
        RuleKind(
            "CAL", "暦にない日", "no such day",
            "2月30日のような日は存在しない。", "A day such as 30 February does not exist.",
            "「{item}」は暦にない日です。", "{item} is a day that is not in the calendar.",
            "届出書類などで正しい日を確かめる。", "find the right day in the notification.",
            "業務所管課",
        ),
        RuleKind(
            "ERA", "年号の範囲外の日", "outside the era",
            "昭和64年1月8日のように、年号の終わった後の日付は元の記録の誤りを示す。",
            "A date behind the end of its era shows an error of the record.",
            "「{item}」はその年号の期間にない日です。", "{item} is not a day of its era.",
            "年号と年を届出書類で確かめる。", "check era and year.",
            "業務所管課",
        ),
        RuleKind(
            "LUN", "明治5年以前の日", "before the solar calendar",
            "明治5年以前は旧暦で、計算では西暦にできない。", "Until 明治5年 the old calendar was used.",
            "「{item}」は明治5年以前（旧暦）の日で、西暦に直せません。",
            "{item} lies before 1873 and cannot be converted by arithmetic.",
            "元の表記を別に保ち、必要なら旧暦表で確かめる。", "keep the original text; look it up where it matters.",
            "業務所管課", "warning",
        ),
        RuleKind(
            "UNK", "認められない不詳日", "unknown date not allowed",
            "不詳日を受け取る項目は限られる。", "Only some items may hold an unknown date.",
            "「{item}」に不詳日の表記がありますが、この項目では認められません。",
            "{item} holds an unknown date, which is not allowed here.",
            "日付を確定するか、不詳表記の項目へ移す。", "find the date, or put the text into the item for unknown dates.",
            "業務所管課",
        ),
        RuleKind(
            "CHR", "使えない文字", "character not allowed",
            "半角・全角・カナの区別が違うと、検索や帳票で一致しない。",
            "Half and full width differ, so searches and prints do not match.",
            "「{item}」に使えない文字があります（許すのは{limit}）。", "{item} holds a character outside {limit}.",
            "マッピングに文字種をそろえる操作を加えるか、移行元を直す。",
            "add an operation that normalises the width, or correct the value.",
            "移行元",
        ),
        RuleKind(
            "DIG", "桁数の不一致", "wrong number of digits",
            "桁あふれは移行先で切り捨てられる。", "What is too long is cut off by the receiving system.",
            "「{item}」の桁数が違います（{limit}）。", "{item} has a wrong number of digits ({limit}).",
            "値を確かめ、収まらなければ個別移行にする。", "check the value; migrate it individually if it does not fit.",
            "移行元",
        ),
        RuleKind(
            "COD", "コード表にない値", "not in the code table",
            "移行先はコード表にある値しか解釈できない。", "The receiving system only knows the codes of the table.",
            "「{item}」の値がコード表「{limit}」にありません。", "{item} is not in the code table {limit}.",
            "コード対応表に加えるか、移行元の値を直す。", "add it to the code map, or correct the value.",
            "業務所管課",
        ),
        RuleKind(
            "CDG", "検査数字の不一致", "wrong check digit",
            "番号の写し誤りか別人の番号である。", "The number was miscopied or is another person's.",
            "「{item}」の検査数字が合いません。", "the check digit of {item} does not fit.",
            "番号を原本で確かめる。", "check the number against the original.",
            "業務所管課",
        ),
        RuleKind(
            "RNG", "範囲外の値", "out of range",
            "許される範囲を外れた値は入力誤りの印である。", "A value out of range shows a slip.",
            "「{item}」が範囲を外れています（{limit}）。", "{item} is out of range ({limit}).",
            "値を確かめる。", "check the value.",
            "業務所管課",
        ),
    )
}  # fmt: skip
