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
#: Those that the kernel finds, record by record.
OF_RECORDS = ("S-RAGGED", "S-QUOTE", "S-LONG", "S-NUL", "S-TRUNC", "S-BLANK")
