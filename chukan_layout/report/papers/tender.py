"""データ移行要件書: what a tender asks of both vendors about the data (requirements RPT-02, OPS-01, CST-03)."""

from __future__ import annotations

from collections.abc import Sequence

from chukan_layout.model.fit import Rounding
from chukan_layout.report.document.model import Block, Bullets, Cell, Document, Facts, Heading, Para
from chukan_layout.report.papers.folder import BOX, Folder, box, paper, table
from chukan_layout.report.papers.plan import DUTIES, by_area, severity

#: What a municipality asks the bidders; the source document's RFI asks for methods, division of work and the stop of the old system.
ASKED = (
    "データ移行の方法と手順（抽出、変換、検証、取込み、確認）",
    "リハーサルの回数と時期、各回に要する日数",
    "現行システムの停止が要る時期と時間",
    "職員に求める作業と、その時期・人数の見込み",
    "外字の扱い（同定の方法、未定の外字の決め方、費用の扱い）",
    "移行先の項目に入らない移行元の項目の扱い（個別移行、予備領域、破棄）と費用",
    "移行テストの方法と合格の基準を満たさないときの対応",
    "契約が満了するときのデータの提供（形式、媒体、費用）とデータの消去",
)


def requirements(folder: Folder) -> Document:
    """The annex of a tender, with the figures of this run as its volumes; nothing in it chooses a vendor."""
    p, r = folder.project, folder.report
    total, matched = sum(f.fit.items_total for f in r.files), sum(f.fit.items_matched for f in r.files)
    gaiji = sum(len(t.pairs) for t in folder.mapping.gaiji.values()) if folder.mapping else 0
    left = len({code for code, *_ in folder.left})
    rest = [x for m in (folder.mapping.files if folder.mapping else ()) for x in m.rest]
    blocks: list[Block] = [
        Heading("この書類の位置づけ"),
        Para("調達仕様書に別紙として付ける、データ移行の要件の案。数は現行システムのデータを調べた結果で、見積もりの前提となる。空欄は団体が決めて書き入れる。"),
        Heading("対象のデータと量"),
        Facts([("業務", len(folder.areas)), ("移行ファイル", len(r.files)), ("記録の件数", r.totals.rows.in_),
               ("データ量（バイト）", sum(f.source.bytes for f in r.files)), ("人口", box(p.population))]),
        by_area(folder),
        Heading("データの形式"),
        Bullets([
            f"移行元の事業者は、対象のデータを中間標準レイアウト {r.layout.version} 版の形で提出する。",
            "文字は UTF-8。外字は文字情報基盤 (MJ) の文字で示し、置き換えた文字は元の符号とともに台帳に残す。",
            "提出の前に検証を行い、その結果（件数、指摘、適合率）をデータとともに提出する。受け取る側は同じ検証を行い、同じ結果になることを確かめる。",
        ]),
        Facts([("受け渡しの媒体", box(p.medium)), ("データの基準日", box(p.snapshot))]),
        Heading("費用に効く事柄"),
        Facts([("レイアウトの全項目", total), ("移行元に対応のある項目", matched), ("適合率", f"{Rounding().percent(matched, total)} %"),
               ("レイアウトに行き先のない移行元の項目", len(rest)), ("置き換えを決めた外字", gaiji), ("未定の外字", left),
               ("いまのデータにある指摘", r.totals.findings)]),
        Para("適合率は項目の対応の割合で、データの正しさではない。指摘の内訳は現行システムデータ一覧とデータ移行結果報告書にある。", "note"),
        Heading("作業の分担"),
        table((("作業", 30), ("意思決定機関", 12), ("事務局", 10), ("業務所管課", 12), ("移行元の事業者", 30), ("移行先の事業者", 30)),
              [[d.work, d.decides, d.office, d.division, box(d.vendor_from), box(d.vendor_to)] for d in p.duty or DUTIES]),
        Heading("合格の基準"),
        Bullets([
            "どの移行ファイルでも 入力 = 出力 + 除外 + 統合 + 削除 となり、除外した記録のすべてに理由がある。",
            f"データ移行テスト仕様書の {len(folder.rules):,} の検査で、重さが「{severity(r.fail_on)}」以上の指摘が 0 件。",
            "移行の前と後で、件数、金額の合計、ハッシュ合計が一致する。違いはすべて説明できる。",
            "業務所管課の目視確認で、標本に誤りがない。",
        ]),
        Heading("時期"),
        Facts([("現行契約の満了日", box(p.contract_end)), ("本稼働日", box(p.cutover)), ("現行システムを停止できる時期", BOX)]),
        Heading("提案者に求める回答"),
        table((("回答を求める事柄", 60), ("提案者の回答", 60)), _asked()),
    ]  # fmt: skip
    return paper(folder, "データ移行要件書", blocks, ("◎", "○", "△"))


def _asked() -> Sequence[Sequence[Cell]]:
    return [[f"{number}. {asked}", BOX] for number, asked in enumerate(ASKED, 1)]
