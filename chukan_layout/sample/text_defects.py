"""Faults that can be injected into a sample of vendorC: tab-separated UTF-16 with eras in kanji.

As :mod:`chukan_layout.sample.defects`, whose records they are; the bytes of a value are UTF-8 here, lone surrogates
included, and become UTF-16 when the file is written.
"""

from __future__ import annotations

from typing import Any

from chukan_layout.sample.defects import (
    Change,
    Defect,
    J,
    Record,
    Way,
    foreign,
    gone,
    head,
    last_digit,
    member,
    native,
    older,
    raw_line,
)


def born(r: Record) -> bool:
    """A Japanese member of a household whose day of birth is known."""
    return native(r) and r["生年月日"].endswith("日".encode())


def put(column: str, value: str) -> Change:
    def change(r: Record) -> None:
        r[column] = value.encode("utf-8", "surrogatepass")

    return change


def add(column: str, value: str) -> Change:
    def change(r: Record) -> None:
        r[column] += value.encode("utf-8", "surrogatepass")

    return change


def _third(line: bytes) -> bytes:
    text = line.decode("utf-8", "surrogatepass")
    return text[: len(text) // 3].encode("utf-8", "surrogatepass")


def _d(kind: str, rule: str, note: str, fits: Any, change: Change, way: Way = "in place") -> Defect:
    return Defect(kind, J, rule, note, fits, change, way)


TEXT_DEFECTS: tuple[Defect, ...] = (
    _d("c-blank-household", "世帯番号:REQ", "世帯番号が空欄", member, put("世帯番号", "")),
    _d("c-blank-sex", "性別:REQ", "性別が空欄", member, put("性別", "")),
    _d("c-blank-name", "氏名:CND", "日本人の氏名が空欄", native, put("漢字氏名", "")),
    _d("c-spaces-name", "氏名:CND", "氏名が全角空白だけ", native, put("漢字氏名", "　　")),
    _d("c-native-alias", "通称:ABS", "日本人に通称", native, put("通称名", "架空")),
    _d("c-blank-nation", "国籍等_国名コード:CND", "外国人の国名コードが空欄", foreign, put("国籍コード", "")),
    _d("c-unknown-sex", "性別:COD", "対応表にない性別", member, put("性別", "7")),
    _d("c-unknown-cause", "異動事由:COD", "対応表にない異動事由", member, put("異動事由", "Z99")),
    _d("c-feb-30", "生年月日:CAL", "漢字の和暦で2月30日", born, put("生年月日", "昭和55年2月30日")),
    _d("c-first-year-13", "生年月日:CAL", "元年の13月", born, put("生年月日", "平成元年13月1日")),
    _d("c-showa-over", "生年月日:ERA", "昭和64年1月8日", born, put("生年月日", "昭和64年1月8日")),
    _d("c-era-name", "生年月日:DAT", "年号の誤字", born, put("生年月日", "照和55年4月12日")),
    _d("c-seven-digits", "生年月日:DAT", "ほかの形の日付", born, put("生年月日", "3550412")),
    _d("c-old-calendar", "生年月日:LUN", "明治3年", born, put("生年月日", "明治3年10月10日")),
    _d("c-lone-surrogate", "氏名:ENC", "対のないサロゲート", native, add("漢字氏名", "\ud842")),
    _d("c-unknown-gaiji", "氏名:GAI", "外字表にない外字 (U+F8F0)", native, add("漢字氏名", "\uf8f0")),
    _d("c-hiragana-kana", "氏名_フリガナ:CHR", "カナにひらがな", member, add("カナ氏名", "あ")),
    _d("c-control", "住所_方書:CHR", "制御文字", member, add("方書", "\x07")),
    _d("c-short-postal", "住所_郵便番号:DIG", "6桁の郵便番号", member, put("郵便番号", "999-001")),
    _d("c-long-name", "氏名:DIG", "101字の氏名", native, put("漢字氏名", "架" * 101)),
    _d("c-wrong-number", "個人番号:CDG", "検査数字の違う個人番号", member, last_digit("個人番号")),
    _d("c-gone-without-day", "C09", "消除日のない消除者", gone, put("消除日", "")),
    _d("c-live-with-day", "C10", "消除日のある住登者", member, put("消除日", "令和8年4月1日")),
    _d("c-duplicate-record", "K01", "同じ履歴が2件", older, lambda r: None, "append"),
    _d("c-no-latest", "K02", "最新の印のない人", member, put("最新区分", "0")),
    _d("c-no-head", "K03", "世帯主のいない世帯", head, put("続柄1", "04")),
    _d("c-few-fields", "S-RAGGED", "項目が1つ足りない", member, raw_line(lambda b: b.rsplit(b"\t", 1)[0]), "raw"),
    _d("c-tab-in-value", "S-RAGGED", "値の中のタブ", member, add("方書", "\t１号"), "in place"),
    _d("c-text-after-quote", "S-QUOTE", "閉じた引用符の後に文字", member,
       raw_line(lambda b: b.rsplit(b"\t", 1)[0] + b'\t"a"b'), "raw"),
    _d("c-nul", "S-NUL", "NUL", member, raw_line(lambda b: b + b"\x00"), "raw"),
    _d("c-blank-line", "S-BLANK", "空の行", member, raw_line(lambda b: b""), "append"),
    _d("c-cut-off", "S-TRUNC", "途中で切れた最終レコード", member, raw_line(_third), "truncate"),
)  # fmt: skip
