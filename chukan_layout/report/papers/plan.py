"""データ移行計画書 and データ移行テスト仕様書 (requirements RPT-01, RPT-05, RPT-06, OPS-03)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chukan_layout.model.finding import Rule
from chukan_layout.model.fit import Rounding
from chukan_layout.model.project import Duty, Step
from chukan_layout.report.document.model import Block, Bullets, Cell, Document, Facts, Heading, Para
from chukan_layout.report.papers.folder import Folder, box, origin, paper, percent, table
from chukan_layout.report.words import CLEANSING_KINDS, CLEANSING_STATES

#: The usual duties, where project.toml has none: the marks of the source document's table 42 for the three steps it names.
DUTIES = (
    Duty(work="データ移行計画書の作成", decides="◎", office="○", division="△", vendor_from="抽出の条件を示す", vendor_to="取込みの条件を示す"),
    Duty(work="データ移行の実施", decides="–", office="○", division="○", vendor_from="抽出する", vendor_to="取り込む"),
    Duty(work="データ移行後の確認", decides="◎", office="○", division="○", vendor_from="件数を提出する", vendor_to="件数を提出する"),
)
STEPS = tuple(
    Step(name=name)
    for name in (
        "現行データの調査（現行システムデータ一覧）", "項目・コード・外字の対応づけ", "クレンジング（重複データの整理、不要データの削除）",
        "リハーサル1回目と照合", "リハーサル2回目と照合", "本番データの抽出（基準日）", "変換・検証・取込み", "移行後の確認と承認",
        "契約満了時データの提供とデータ消去",
    )
)  # fmt: skip


def plan(folder: Folder) -> Document:
    """データ移行計画書 with the headings that the source document fixes."""
    p, r = folder.project, folder.report
    steps, duties = p.step or STEPS, p.duty or DUTIES
    blocks: list[Block] = [
        Heading("対象となるデータ範囲"),
        Facts([("業務", len(folder.areas)), ("移行ファイル", len(r.files)), ("記録の件数", r.totals.rows.in_),
               ("データ量（バイト）", sum(f.source.bytes for f in r.files))]),
        by_area(folder),
        Para("移行ファイルごとの数は「別表: 対象の移行ファイル」に載せる。", "note"),
        Heading("移行実施手順・スケジュール"),
        table((("手順", 48), ("開始", 16), ("終了", 16), ("担当", 22), ("備考", 30)),
              [[s.name, box(s.start), box(s.end), box(s.who), s.note] for s in steps]),
        Facts([("本稼働日", box(p.cutover)), ("現行契約の満了日", box(p.contract_end))]),
        Heading("移行作業の役割分担"),
        table((("作業", 30), ("意思決定機関", 12), ("事務局", 10), ("業務所管課", 12), ("移行元の事業者", 30), ("移行先の事業者", 30)),
              [[d.work, d.decides, d.office, d.division, box(d.vendor_from), box(d.vendor_to)] for d in duties]),
        Heading("データ移行後の確認方法"),
        Bullets([
            "件数照合: 移行ファイルごとに 入力 = 出力 + 除外 + 統合 + 削除 を確かめる。",
            "金額照合: 数値項目の合計を移行元と移行先で比べる。",
            "ハッシュ照合: 記録のハッシュ合計を比べる。",
            f"規則による検査: データ移行テスト仕様書の {len(folder.rules):,} の検査を、同じ番号で結果と突き合わせる。",
            "目視確認: 標本を業務所管課が画面・帳票と見比べる。",
        ]),
        Heading("作業分担"),
        Para("地方公共団体と事業者の分担は「移行作業の役割分担」の表による。費用と責任の境は、移行元は中間ファイルの提出まで、移行先は中間ファイルの受領からとする案。"
             "実際の境は契約で定める。"),
        Heading("中間ファイル"),
        Facts([("形式", f"中間標準レイアウト {r.layout.version} 版"), ("文字", "UTF-8、外字は文字情報基盤 (MJ) で同定"), ("受け渡しの媒体", box(p.medium))]),
        Heading("クレンジング"),
        Para(p.cleansing or "方針: 重複データの整理は名寄せの候補を職員が判定してから反映する。不要データの削除は定めた規則だけで行い、除いた記録を残す。"),
        *cleansing(folder),
        *_findings_before(folder),
        Heading("タイミング"),
        Facts([("データの基準日", box(p.snapshot)), ("基準日のあとの異動", "本番の抽出のあとに生じた異動は、次期システムで入力する。対象と期限: " + box(None))]),
        Heading("別表: 対象の移行ファイル"),
        table((("業務", 32), ("移行ファイル", 36), ("移行元ファイル", 24), ("件数", 12), ("項目", 8), ("対応する項目", 13), ("適合率", 10)),
              [[f"{f.area:02d} {f.area_name}", f.name, f.source.path, f.rows.in_, f.fit.items_total, f.fit.items_matched, percent(f.fit)]
               for f in folder.files], empty="対象のファイルはない。"),
    ]  # fmt: skip
    return paper(folder, "データ移行計画書", blocks, ("◎", "○", "△"))


def by_area(folder: Folder) -> Block:
    """One line a 業務."""
    rows: list[list[Cell]] = []
    for no, name in folder.areas:
        files = [f for f in folder.report.files if f.area == no]
        total, matched = sum(f.fit.items_total for f in files), sum(f.fit.items_matched for f in files)
        rows.append([f"{no:02d} {name}", len(files), sum(f.rows.in_ for f in files), total, matched, f"{Rounding().percent(matched, total)} %"])
    heads = (("業務", 36), ("移行ファイル", 13), ("件数", 14), ("項目", 10), ("対応する項目", 14), ("適合率", 12))
    return table(heads, rows, empty="対象のファイルはない。")


def cleansing(folder: Folder) -> list[Block]:
    """The rules of データクレンジング, what each did or would do, and who approved it."""
    rows: list[list[Cell]] = [
        [c.rule, c.name_ja, CLEANSING_KINDS[c.kind][0], c.file, c.count, CLEANSING_STATES[c.state][0], c.approved_by or box(None), c.approved_on or box(None)]
        for c in folder.report.cleansing
    ]
    heads = (("規則", 16), ("内容", 44), ("種類", 16), ("移行ファイル", 22), ("件数", 10), ("状態", 28), ("承認した者", 20), ("承認日", 12))
    return [table(heads, rows, "クレンジングの規則")] if rows else []


def _findings_before(folder: Folder) -> list[Block]:
    """What the data say now about what has to be cleansed."""
    r = folder.report
    rows: list[list[Cell]] = [[x.id, f"{x.area:02d}", x.item_name or "―", x.title_ja, x.count, x.owner] for x in r.rules[:20]]
    if not rows:
        return [Para("この実行では指摘はない。", "good")]
    return [table((("規則", 20), ("業務", 6), ("項目", 26), ("内容", 40), ("件数", 10), ("対応の主体", 14)), rows, "この実行での指摘（多い順に20まで）")]


def check_specification(folder: Folder) -> Document:
    """データ移行テスト仕様書: every check with its number, which is the one in the results."""
    counts = Counter(rule.area for rule in folder.rules)
    overview: list[list[Cell]] = [[f"{no:02d} {name}", counts.get(no, 0)] for no, name in folder.areas]
    overview.append(["ファイルの形（全業務）", counts.get(0, 0)])
    overview.append(["計", sum(counts.values())])
    blocks: list[Block] = [
        Heading("検査の数"), table((("業務", 36), ("検査の数", 12)), overview, total=True),
        Para("番号は 業務-移行ファイル-項目-種類。データ移行結果報告書の番号と同じ。"),
        Heading("品質基準"),
        Para(f"重さが「{severity(folder.report.fail_on)}」以上の指摘が 0 件であること。"
             + (f"適合率が {folder.report.min_fit} 以上であること。" if folder.report.min_fit else "")),
        Heading("検査項目一覧"),
        table((("番号", 20), ("移行ファイル", 22), ("No.", 6), ("項目", 28), ("検査の内容", 46), ("重さ", 9), ("対応の主体", 14), ("根拠", 20)),
              [_check(rule) for rule in folder.rules]),
    ]  # fmt: skip
    return paper(folder, "データ移行テスト仕様書", blocks, ("–", "○", "△"))


def _check(r: Rule) -> Sequence[Cell]:
    return [r.id, r.file or "―", r.item_no or "", r.item_name or "―", r.title_ja, severity(r.severity), r.owner, origin(r.source)]


def severity(name: str) -> str:
    return {"error": "エラー", "warning": "警告", "info": "情報"}.get(name, name)
