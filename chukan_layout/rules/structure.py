"""Rules about records and files as a whole; they hold for every file of every area."""

from __future__ import annotations

from chukan_layout.model.finding import Rule
from chukan_layout.model.layout import Severity


def _rule(kind: str, title: str, title_en: str, message: str, message_en: str, action: str, action_en: str,
          severity: Severity = "error") -> Rule:  # fmt: skip
    return Rule(
        f"S-{kind}", f"S-{kind}", severity, 0, "", 0, "", title, title_en, message, message_en, action, action_en,
        "移行元", "RFC 4180",
    )  # fmt: skip


STRUCTURE: dict[str, Rule] = {
    r.id: r
    for r in (
        _rule("RAGGED", "項目数の不一致", "wrong number of fields",
              "この行の項目数が見出しと違います（実際 / 期待）。", "the record has another number of fields (found / expected).",
              "値の中の区切り文字が引用符で囲まれているか確かめる。", "check that delimiters within values are quoted."),
        _rule("QUOTE", "引用符の誤り", "broken quote",
              "引用符が閉じていないか、閉じた後に余分な文字があります。",
              "a quote does not close, or text follows a closing quote.",
              "移行元の出力で引用符を二重にしているか確かめる。", "check that quotes within values are doubled."),
        _rule("LONG", "長すぎるレコード", "record too long",
              "1件のレコードが長すぎます。", "one record is too long.",
              "改行コードの設定と、破損がないかを確かめる。", "check the line ends, and the file for damage."),
        _rule("NUL", "NULバイト", "NUL byte",
              "レコードにNULバイト(00)があります。", "the record holds a NUL byte.",
              "バイナリ項目や破損がないか移行元を確かめる。", "check the source for binary items or damage."),
        _rule("TRUNC", "途中で切れた最終レコード", "truncated last record",
              "最終レコードが途中で切れています（実際 / 期待）。", "the last record is cut off (found / expected).",
              "転送が最後まで終わったか確かめ、出力し直す。", "check that the transfer was complete, and export again."),
        _rule("BLANK", "空の行", "blank line",
              "値のない行があります（除外しました）。", "a line without values (left out).",
              "必要な記録が欠けていないか件数で確かめる。", "check by the counts that no record is missing.", "info"),
        _rule("LENGTH", "レコード長の不一致", "wrong record length",
              "レコードの長さが定義と違います（実際 / 期待、先頭の16進）。",
              "the record is longer or shorter than its layout (found / expected, first bytes).",
              "レコード長、改行の有無、RDW の設定を確かめる。", "check record length, line ends and RDW."),
        _rule("KIND", "不明なレコード区分", "unknown kind of record",
              "レコード区分の値（16進）がどの種類にも当たりません。", "the code of the record (in hexadecimal) is of no kind.",
              "区分の位置と値、レコード長のずれを確かめる。", "check where the code lies, its values, and the record length."),
        _rule("FIELD", "数値でない数値項目", "numeric field without a number",
              "数値項目のバイト（16進）が数値の形をしていません。", "the bytes of a numeric field (in hexadecimal) are no number.",
              "コピー句の型と位置、転送がバイナリだったかを確かめる。", "check type and place in the copybook, and that the transfer was binary."),
        _rule("HALF", "2バイト文字の半端なバイト", "odd byte in a double-byte run",
              "2バイト文字の途中で切れたバイト（16進）があります。", "a double-byte run holds half a character (in hexadecimal).",
              "項目の長さ、切り詰め、シフトコードの扱いを確かめる。", "check the field's length, truncation and shift codes."),
        _rule("SHIFT", "シフトコードの閉じ忘れ", "missing shift-out",
              "漢字の終わりのシフトコードがないまま項目が終わっています（16進）。", "the field ends without the shift back (in hexadecimal).",
              "切り詰めで落ちていないか、値の終わりを確かめる。", "check whether the value was cut off.", "warning"),
        _rule("PARENT", "親のないレコード", "record without its parent",
              "親レコードより前に子レコードがあります。", "a record stands before the first of its parent's kind.",
              "並びと、欠けた親レコードを確かめる。", "check the order and whether the parent is missing."),
        _rule("TOTAL", "件数・合計の不一致", "count or total disagrees",
              "ヘッダーかトレーラーの件数・合計が、実際と違います（記載 / 実際）。",
              "the count or total of a header or trailer disagrees with the records (stated / found).",
              "欠けたり重なったりした分割ファイルや、転送の途切れがないか確かめる。",
              "check for missing or doubled parts and for a transfer that broke off."),
        _rule("FITS", "定義と合わないファイル", "layout does not fit the file",
              "多くのレコードが定義と合いません。", "most records do not fit the layout.",
              "コピー句の版、レコード長、文字コード、転送の方法（バイナリか）を確かめる。",
              "check the version of the copybook, the record length, the charset and the way of transfer (binary?)."),
        _rule("TEXT", "テキスト転送で壊れた数値", "packed fields destroyed by a text transfer",
              "パック10進の多くが数値でありません。文字コード変換を伴う転送で壊れたとみられます。",
              "most packed fields are no numbers: a transfer that translated characters has likely destroyed them.",
              "バイナリ（無変換）で転送し直す。壊れた値は元に戻せない。", "transfer again in binary; the values cannot be restored."),
        _rule("HEADER", "見出しの不一致", "header does not fit",
              "見出し行がマッピングと合わないため、このファイルは読めません。",
              "the header does not fit the mapping; the file was not read.",
              "見出しの項目名と文字コードを確かめる。", "check the names in the header and the encoding."),
        _rule("EMPTY", "空のファイル", "empty file",
              "ファイルが空です。", "the file is empty.",
              "出力が成功したか確かめる。0件なら見出しだけの行を出力する。",
              "check the export; a file without records still has its header.", "warning"),
    )
}  # fmt: skip
#: Those of fixed-length and variable records.
OF_FIXED = (
    "S-TRUNC", "S-LENGTH", "S-KIND", "S-FIELD", "S-HALF", "S-SHIFT", "S-PARENT", "S-TOTAL", "S-FITS", "S-TEXT",
)  # fmt: skip
#: Those that the kernel finds in delimited files, record by record.
OF_RECORDS = ("S-RAGGED", "S-QUOTE", "S-LONG", "S-NUL", "S-TRUNC", "S-BLANK")
#: Further ones of delimited text in a charset with shift codes or lead bytes of its own (charset/of_source.py).
OF_LINES = ("S-HALF", "S-SHIFT")
#: Those that only the whole file shows.
WHOLE_FILE = {"S-HEADER", "S-EMPTY", "S-TOTAL", "S-FITS", "S-TEXT"}
