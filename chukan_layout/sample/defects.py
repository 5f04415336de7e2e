"""Faults that can be injected into a vendorA sample: each breaks one rule of one record and no other.

A fault looks at a record (column -> bytes as they stand in the file) to see whether it fits, and changes it.
``rule`` is ``item:KIND`` for a generated rule, else the id of a check (C09, K03) or of a structure rule (S-QUOTE).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal, NamedTuple

Record = dict[str, bytes]
Fits = Callable[[Record], bool]
Change = Callable[[Record], None]
#: How the changed record gets into the file.
Way = Literal["in place", "raw", "append", "truncate", "copy number"]


class Defect(NamedTuple):
    kind: str
    file: str
    rule: str
    note: str
    fits: Fits
    change: Change
    way: Way = "in place"


# ---------------------------------------------------------------- which records


def anyone(r: Record) -> bool:
    return True


def single(r: Record) -> bool:
    return r["履歴番号"] == b"1" and r["最新区分"] == b"1"


def member(r: Record) -> bool:
    """A live member of a household who is not its head and has one record."""
    return single(r) and r["続柄1"] != b"01" and r["住民状態"] == b"0"


def native(r: Record) -> bool:
    return member(r) and r["住民区分"] == b"1"


def native_known(r: Record) -> bool:
    return native(r) and r["生年月日"].isalnum() and len(r["生年月日"]) == 7


def foreign(r: Record) -> bool:
    return member(r) and r["住民区分"] == b"2"


def long_term(r: Record) -> bool:
    return foreign(r) and r["在留区分"] == b"A"


def special(r: Record) -> bool:
    return foreign(r) and r["在留区分"] == b"B"


def head(r: Record) -> bool:
    return single(r) and r["続柄1"] == b"01" and r["住民状態"] == b"0"


def gone(r: Record) -> bool:
    return r["住民状態"] == b"1" and single(r)


def dead(r: Record) -> bool:
    return r["住民状態"] == b"2" and single(r)


def came(r: Record) -> bool:
    return native_known(r) and r["異動事由"] == b"A01" and bool(r["前住所市区町村コード"])


def gone_came(r: Record) -> bool:
    return gone(r) and bool(r["前住所市区町村コード"]) and len(r["生年月日"]) == 7


def older(r: Record) -> bool:
    return r["最新区分"] == b"0"


def one_move(r: Record) -> bool:
    """A move of a person whose only move it is (見えるのは1行なので注入側が人ごとに数える)."""
    return r["異動番号"] == b"1" and r["異動事由"] in (b"A01", b"A03", b"B10", b"B12")


# ---------------------------------------------------------------- what is changed


def put(column: str, value: str | bytes) -> Change:
    raw = value if isinstance(value, bytes) else value.encode("cp932")

    def change(r: Record) -> None:
        r[column] = raw

    return change


def add(column: str, value: str | bytes) -> Change:
    raw = value if isinstance(value, bytes) else value.encode("cp932")

    def change(r: Record) -> None:
        r[column] += raw

    return change


def cut(column: str, end: bytes) -> Change:
    """The last character replaced by ``end``."""

    def change(r: Record) -> None:
        r[column] = r[column][:-1] + end

    return change


def nobody(column: str) -> Change:
    """A number that nobody has, another one for each record."""

    def change(r: Record) -> None:
        r[column] = b"9" + r[column].rjust(9, b"0")

    return change


def last_digit(column: str) -> Change:
    """Another last digit, so that the check digit is wrong."""

    def change(r: Record) -> None:
        r[column] = r[column][:-1] + str((int(r[column][-1:]) + 5) % 10).encode()

    return change


def shifted(column: str, of: str, days: int) -> Change:
    """``column`` becomes the day of ``of`` and so many days."""

    def change(r: Record) -> None:
        day = _day(r[of]) + timedelta(days=days)
        r[column] = day.strftime("%Y%m%d").encode()

    return change


def _day(raw: bytes) -> date:
    text = raw.decode()
    base = {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}.get(text[0])
    if base is not None:
        return date(base + int(text[1:3]), int(text[3:5]), int(text[5:7]))
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def raw_line(change: Callable[[bytes], bytes]) -> Change:
    """For the way ``raw``: the whole line is under the key of nothing."""

    def apply(r: Record) -> None:
        r[""] = change(r[""])

    return apply


J, IDOU, SETAI, KOJIN = "住民情報", "異動履歴", "世帯", "個人番号"


def _d(kind: str, file: str, rule: str, note: str, fits: Fits, change: Change, way: Way = "in place") -> Defect:
    return Defect(kind, file, rule, note, fits, change, way)


DEFECTS: tuple[Defect, ...] = (
    _d("blank-household", J, "世帯番号:REQ", "世帯番号が空欄", member, put("世帯番号", "")),
    _d("blank-state", J, "住民状態:REQ", "住民状態が空欄", native, put("住民状態", "")),
    _d("blank-sex", J, "性別:REQ", "性別が空欄", member, put("性別", "")),
    _d("blank-city", J, "住所_市区町村コード:REQ", "市区町村コードが空欄", member, put("市区町村コード", "")),
    _d("blank-name", J, "氏名:CND", "日本人の氏名が空欄", native, put("漢字氏名", "")),
    _d("spaces-name", J, "氏名:CND", "氏名が空白だけ", native, put("漢字氏名", " 　 ")),
    _d("blank-birth", J, "生年月日:CND", "生年月日が空欄", native_known, put("生年月日", "")),
    _d("blank-domicile", J, "本籍:CND", "本籍が空欄", native, put("本籍", "")),
    _d("blank-register-head", J, "筆頭者:CND", "筆頭者が空欄", native, put("筆頭者", "")),
    _d("blank-resident-code", J, "住民票コード:CND", "住民票コードが空欄", member, put("住民票コード", "")),
    _d("blank-nation", J, "国籍等_国名コード:CND", "外国人の国名コードが空欄", foreign, put("国籍コード", "")),
    _d("blank-category", J, "第30条45規定区分:CND", "30条45の区分が空欄", foreign, put("在留区分", "")),
    _d("native-visa", J, "在留資格等コード:ABS", "日本人に在留資格", native, put("在留資格", "012")),
    _d("native-alias", J, "通称:ABS", "日本人に通称", native, put("通称名", "架空")),
    _d("native-nation", J, "国籍名等:ABS", "日本人に国籍名", native, put("国籍名", "架空国")),
    _d("foreign-old-name", J, "旧氏:ABS", "外国人に旧氏", foreign, put("旧氏", "架空")),
    _d("foreign-domicile", J, "本籍:ABS", "外国人に本籍", foreign, put("本籍", "本町")),
    _d("undefined-code", J, "氏名:ENC", "未定義の2バイトコード", native, add("漢字氏名", b"\x85\x40")),
    _d("lone-lead", J, "住所_方書:ENC", "2バイト目のない文字", member, add("方書", b"\x81")),
    _d("byte-80", J, "住所_町字:ENC", "バイト80", member, add("町名", b"\x80")),
    _d("byte-fd", J, "世帯主氏名:ENC", "バイトFD", member, add("世帯主名", b"\xfd")),
    _d("unknown-gaiji", J, "氏名:GAI", "外字表にない外字", native, add("漢字氏名", b"\xf8\xfc")),
    _d("hiragana-kana", J, "氏名_フリガナ:CHR", "カナにひらがな", member, add("カナ氏名", "あ")),
    _d("kanji-kana", J, "氏名_フリガナ:CHR", "カナに漢字", member, add("カナ氏名", "亜")),
    _d("control", J, "住所_方書:CHR", "制御文字", member, add("方書", b"\x07")),
    _d("half-kana", J, "住所_町字:CHR", "全角項目に半角カナ", member, add("町名", b"\xb1")),
    _d("letter-code", J, "住民票コード:CHR", "番号に英字", member, cut("住民票コード", b"A")),
    _d("long-name", J, "氏名:DIG", "101字の氏名", native, put("漢字氏名", "架" * 101)),
    _d("short-town-code", J, "住所_町字コード:DIG", "6桁の町字コード", member, put("町字コード", "000100")),
    _d("short-postal", J, "住所_郵便番号:DIG", "6桁の郵便番号", member, put("郵便番号", "999-001")),
    _d("short-number", J, "個人番号:DIG", "11桁の個人番号", member, cut("個人番号", b"")),
    _d("unknown-sex", J, "性別:COD", "対応表にない性別", member, put("性別", "7")),
    _d("unknown-relation", J, "続柄コード1:COD", "対応表にない続柄", member, put("続柄1", "55")),
    _d("unknown-cause", J, "異動事由:COD", "対応表にない異動事由", member, put("異動事由", "Z99")),
    _d("unknown-state", J, "住民状態:COD", "対応表にない住民状態", native, put("住民状態", "5")),
    _d("unknown-visa", J, "在留資格等コード:COD", "対応表にない在留資格", long_term, put("在留資格", "777")),
    _d("wrong-number", J, "個人番号:CDG", "検査数字の違う個人番号", member, last_digit("個人番号")),
    _d("wrong-city", J, "住所_市区町村コード:CDG", "検査数字の違う市区町村コード", member, last_digit("市区町村コード")),
    _d("wrong-former-city", J, "転入前住所_市区町村コード:CDG", "前住所のコードの誤り", came,
       last_digit("前住所市区町村コード")),
    _d("feb-30", J, "生年月日:CAL", "2月30日", native_known, put("生年月日", "S550230")),
    _d("feb-29", J, "生年月日:CAL", "平年の2月29日", native_known, put("生年月日", "S560229")),
    _d("month-13", J, "住民となった年月日:CAL", "13月", native, put("住民日", "20011301")),
    _d("showa-over", J, "生年月日:ERA", "昭和64年1月8日", native_known, put("生年月日", "S640108")),
    _d("heisei-over", J, "生年月日:ERA", "平成31年5月1日", native_known, put("生年月日", "H310501")),
    _d("taisho-over", J, "生年月日:ERA", "大正15年12月26日", native_known, put("生年月日", "T151226")),
    _d("old-calendar", J, "生年月日:LUN", "明治3年", native_known, put("生年月日", "M031010")),
    _d("era-letter", J, "生年月日:DAT", "年号の英字の誤り", native_known, put("生年月日", "X550412")),
    _d("no-era", J, "生年月日:DAT", "年号のない6桁", native_known, put("生年月日", "550412")),
    _d("half-date", J, "住民となった届出年月日:DAT", "年月だけの日付", native, put("住民届出日", "2001/1")),
    _d("unknown-day", J, "住民となった届出年月日:UNK", "届出日に不詳の表記", native, put("住民届出日", "令和３年頃")),
    _d("left-before", J, "C01", "住民となる前に消除", gone_came, shifted("消除日", "住民日", -1)),
    _d("resident-before-birth", J, "C02", "出生前に住民", native_known, shifted("住民日", "生年月日", -1)),
    _d("stay-over", J, "C05", "在留期間が住民となる前に満了", long_term, shifted("在留満了日", "外国人住民日", -1)),
    _d("move-before-birth", J, "C06", "出生前に異動", native_known, put("異動日", "18800101")),
    _d("told-before", J, "C07", "異動の前に届出", came, shifted("異動届出日", "異動日", -1)),
    _d("death-told-before", J, "C08", "死亡の前に届出", dead, shifted("消除届出日", "消除日", -1)),
    _d("gone-without-day", J, "C09", "消除日のない消除者", gone, put("消除日", "")),
    _d("live-with-day", J, "C10", "消除日のある住登者", member, put("消除日", "20260401")),
    _d("visa-missing", J, "C17", "在留資格のない中長期在留者", long_term, put("在留資格", "")),
    _d("special-visa", J, "C18", "特別永住者に別の在留資格", special, put("在留資格", "012")),
    _d("live-death", J, "C19", "住登者に死亡の事由", native, put("異動事由", "B12")),
    _d("live-abroad", J, "C20", "住登者に国外転出の事由", native, put("異動事由", "B11")),
    _d("no-destination", J, "C21", "転出先のない転出者", gone, put("転出先市区町村名", "")),
    _d("head-and-child", J, "C22", "世帯主の続柄に続き", head, put("続柄2", "04")),
    _d("alias-kana-only", J, "C23", "通称のない通称カナ", foreign, put("通称カナ", "ｶｸｳ")),
    _d("old-kana-only", J, "C24", "旧氏のない旧氏カナ", native, put("旧氏カナ", "ｶｸｳ")),
    _d("duplicate-record", J, "K01", "同じ履歴が2件", older, lambda r: None, "append"),
    _d("history-gap", J, "K02", "履歴番号の欠番", member, put("履歴番号", "2")),
    _d("no-latest", J, "K02", "最新の印のない人", member, put("最新区分", "0")),
    _d("no-head", J, "K03", "世帯主のいない世帯", head, put("続柄1", "04")),
    _d("two-heads", J, "K03", "世帯主が2人", member, put("続柄1", "01")),
    _d("same-number", J, "K04", "他人と同じ個人番号", member, put("個人番号", ""), "copy number"),
    _d("same-code", J, "K05", "他人と同じ住民票コード", member, put("住民票コード", ""), "copy number"),
    _d("few-fields", IDOU, "S-RAGGED", "項目が1つ足りない", one_move, raw_line(lambda b: b.rsplit(b",", 1)[0]), "raw"),
    _d("many-fields", IDOU, "S-RAGGED", "項目が1つ多い", one_move, raw_line(lambda b: b + b",x"), "raw"),
    _d("text-after-quote", IDOU, "S-QUOTE", "閉じた引用符の後に文字", one_move,
       raw_line(lambda b: b.rsplit(b",", 1)[0] + b',"a"b'), "raw"),
    _d("open-quote", IDOU, "S-QUOTE", "閉じない引用符", one_move,
       raw_line(lambda b: b.rsplit(b",", 1)[0] + b',"a'), "raw"),
    _d("nul", IDOU, "S-NUL", "NULバイト", one_move, raw_line(lambda b: b + b"\x00"), "raw"),
    _d("blank-line", IDOU, "S-BLANK", "空の行", one_move, raw_line(lambda b: b""), "append"),
    _d("cut-off", IDOU, "S-TRUNC", "途中で切れた最終レコード", one_move,
       raw_line(lambda b: b[: len(b) // 3]), "truncate"),
    _d("move-without-cause", IDOU, "異動事由:REQ", "異動事由が空欄", one_move, put("異動事由", "")),
    _d("move-of-nobody", IDOU, "K03", "台帳にない人の異動", one_move, nobody("宛名番号")),
    _d("members-text", SETAI, "世帯員数:TYP", "数値に文字", anyone, put("人数", "三")),
    _d("members-many", SETAI, "世帯員数:DIG", "4桁の人数", anyone, put("人数", "1234")),
    _d("head-of-nobody", SETAI, "K02", "台帳にない世帯主", anyone, nobody("世帯主番号")),
    _d("number-of-nobody", KOJIN, "K03", "台帳にない人の個人番号", lambda r: r["履歴番号"] == b"1",
       nobody("宛名番号")),
)  # fmt: skip
