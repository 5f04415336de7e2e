"""Words of every report: verdicts, severities, kinds, the glossary.  Japanese first, then English."""

from __future__ import annotations

from chukan_layout.model.report import Report
from chukan_layout.rules.kinds import KINDS

VERDICTS = {
    "pass": ("合格", "PASS"),
    "fail": ("不合格", "FAIL"),
    "error": ("実行できない処理あり", "ERROR"),
}
#: Colour, mark (for readers who do not see the colour), Japanese, English.
SEVERITIES = {
    "error": ("#c44e00", "●", "エラー", "error"),
    "warning": ("#b98a00", "▲", "警告", "warning"),
    "info": ("#4a90b8", "■", "情報", "info"),
}
SIDES = {
    "source": ("移行元の項目を基準", "from the side of the source"),
    "destination": ("移行先の項目を基準", "from the side of the destination"),
}
#: Who has to act.
OWNERS = {
    "移行元": "source",
    "レイアウト": "layout",
    "移行先": "destination",
    "業務所管課": "division in charge",
}
ORIGINS = {
    "official": ("公式の仕様書で確認", "checked against the official specification"),
    "successor": ("後継仕様から", "from a successor specification"),
    "law": ("法令から", "from law"),
    "draft": ("下書き（推定）", "draft (assumed)"),
}
DRAFT = (
    "「下書き」の項目は公開された仕様書で確認していない推定であり、仕様準拠の根拠にはならない。",
    "Items marked draft are assumptions not checked against a specification: no ground to claim conformance.",
)
FIT = (
    "適合率 = 対応のある項目数 ÷ 全項目数。小数第4位以下を切り捨てて、小数第3位まで示す。",
    "fit = items with a counterpart / all items, truncated (not rounded) to three decimals.",
)
GLOSSARY = (
    ("中間標準レイアウト", "移行データの項目・桁・コードを定めた、業者に依存しない共通の形式。",
     "The vendor-neutral common format of migration data: items, lengths, codes."),
    ("移行ファイル", "レイアウトが業務ごとに定める、移行データの1つの表。", "One table of migration data of a business area."),
    ("基準日", "「今日」として扱う日。同じ入力と同じ基準日からは同じ結果になる。",
     "The day taken as today. The same input and day give the same result."),
    ("マッピング", "移行元の項目をレイアウトの項目に対応づける定義。", "How items of the source become items of the layout."),
    ("件数照合", "入力 = 出力 + 除外 + 統合 + 削除。どの記録も黙って失われない。",
     "in = out + rejected + merged + removed: no record is lost silently."),
    ("除外", "形が崩れて変換できず、rejects に元のまま残した記録。", "Records kept byte for byte in rejects: they could not be read."),
    ("統合", "同じものと判定し、1件にまとめた記録。", "Records joined into one."),
    ("削除", "定義した規則で取り除いた記録。", "Records removed by a rule."),
    ("指摘", "規則に合わない値や記録。値は伏せて示す。", "A value or record against a rule; values are masked."),
    ("対象外", "その記録ではレイアウトが値を求めない項目。", "An item that the layout does not ask of the record."),
    ("明示的な空", "「値がない」ことを移行元が示した値。未入力とは異なる。",
     "The source says that there is no value; unlike a blank."),
    ("適合率", FIT[0], FIT[1]),
    ("ハッシュ合計", "記録ごとのハッシュの合計。移送の前後で中身が同じことを確かめる。",
     "Sum of the hashes of records: proves the content is the same after transport."),
    ("下書き", DRAFT[0], DRAFT[1]),
)  # fmt: skip
#: Names of the counts of a file, in the order of the equation.
#: Kinds and states of cleansing rules.
CLEANSING_KINDS = {"normalise": ("正規化", "normalise"), "repair": ("補正", "repair"), "purge": ("不要データの削除", "purge")}
CLEANSING_STATES = {
    "safe": ("適用（判断の要らない規則）", "applied (safe)"), "approved": ("適用（承認済み）", "applied (approved)"),
    "waiting": ("判断待ち（何もしていない）", "waiting for a decision, not applied"), "planned": ("計画（何もしていない）", "planned, not applied"),
}  # fmt: skip
COUNTS = (("入力", "in"), ("出力", "out"), ("除外", "rejected"), ("統合", "merged"), ("削除", "removed"))


def kind_name(kind: str) -> tuple[str, str]:
    """What a kind of rule looks for; relations between records have no kind of their own."""
    known = KINDS.get(kind)
    if known is not None:
        return known.title_ja, known.title_en
    return ("項目・記録の間の関係", "relation of items or records") if kind.startswith("K") else (kind, kind)


def origins(report: Report) -> dict[str, int]:
    """Items by origin, over all files."""
    total = dict.fromkeys(ORIGINS, 0)
    for file in report.files:
        for origin, count in file.sources.items():
            total[origin] = total.get(origin, 0) + count
    return total
