"""What can be wrong with a workbook of layouts."""

from __future__ import annotations

from chukan_layout.spec.problem import Kind

NO_BOOK = Kind(
    "W001", "error",
    "Excel のブック (.xlsx) として読めません ({reason})",
    "not a workbook (.xlsx) that can be read ({reason})",
    "Excel で開いて保存し直す",
    "open it in Excel and save it again",
)  # fmt: skip
LOCKED = Kind(
    "W002", "error",
    "パスワードで保護されているか、古い形式 (.xls) です",
    "protected by a password, or of the old format (.xls)",
    "保護を外し、.xlsx で保存する",
    "remove the protection and save it as .xlsx",
)  # fmt: skip
FORMULA = Kind(
    "W003", "error",
    "数式があります。計算の結果は信用できないので読みません",
    "there is a formula; its result is not trusted",
    "値として貼り付け直す",
    "paste it as a value",
)  # fmt: skip
TOO_LARGE = Kind(
    "W004", "error",
    "大きすぎるか、危険な中身があるので開きません ({reason})",
    "not opened: too large, or unsafe inside ({reason})",
    "レイアウトのシートだけのブックにする",
    "make a workbook of the layout sheets alone",
)  # fmt: skip
NO_LAYOUT = Kind(
    "W005", "error",
    "データ項目一覧表が見つかりません。見出しに「データ項目名称」「データ型」「桁数」がある表が要ります",
    "no table of items: a heading with データ項目名称, データ型 and 桁数 is needed",
    "公式のレイアウトのブックか、基本データリストを指定する",
    "name a workbook of the official layout, or a 基本データリスト",
)  # fmt: skip
UNREADABLE_CELL = Kind(
    "W006", "error",
    "{what}「{value}」を読めません。{allowed}",
    "{what} {value} cannot be read; {allowed}",
    "その欄を直す",
    "correct that cell",
)  # fmt: skip
PASSED_OVER = Kind(
    "W007", "warning",
    "読み飛ばしました: {what}",
    "passed over: {what}",
    "要るものなら、表の形に直す",
    "if it matters, bring it into the shape of the table",
)  # fmt: skip
NO_NAME = Kind(
    "W008", "error",
    "{what}が分かりません",
    "it is not said what the {what} is",
    "表の上に「業務名」「移行ファイル名」「バージョン」を書くか、オプションで指定する",
    "write 業務名, 移行ファイル名, バージョン above the table, or give the option",
)  # fmt: skip
ALTERED = Kind(
    "W009", "warning",
    "「{name}」: {what}",
    "{name}: {what}",
    "取り込んだ結果を確かめる",
    "look at the result",
)  # fmt: skip
TAKEN = Kind(
    "W010", "error",
    "すでにあります。--overwrite を付けると置き換えます",
    "it exists; --overwrite replaces it",
    "別の --out にするか、--overwrite を付ける",
    "choose another --out, or give --overwrite",
)  # fmt: skip
