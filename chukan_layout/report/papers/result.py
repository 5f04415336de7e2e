"""データ移行結果報告書, 契約満了時データ提供の証明書, データ消去記録 (requirements RPT-04, RPT-07, SEC-05, VAL-04, CLN-03)."""

from __future__ import annotations

from collections import Counter

from chukan_layout.report import words
from chukan_layout.report.document.model import Bars, Block, Cell, Document, Facts, Heading, Para, Series
from chukan_layout.report.papers.folder import Folder, box, moment, paper, table
from chukan_layout.report.papers.plan import cleansing, severity


def result(folder: Folder) -> Document:
    """データ移行結果報告書: every figure is the report's."""
    r = folder.report
    rows = r.totals.rows
    blocks: list[Block] = [
        Heading("データ移行後の確認結果"),
        Facts([
            ("判定", words.VERDICTS[r.verdict][0]), ("品質基準", f"「{severity(r.fail_on)}」以上の指摘 0 件"), ("指摘の件数", r.totals.findings),
            ("入力", rows.in_), ("出力", rows.out), ("除外", rows.rejected), ("統合", rows.merged), ("削除", rows.removed),
            ("実行日時", f"{moment(folder.manifest.started)} 〜 {moment(folder.manifest.finished)}" if folder.manifest else "―"),
            ("量と速さ", _speed(folder)), ("時間の枠", _budget(folder)),
            ("実行した者", folder.manifest.user if folder.manifest else "―"),
        ]),
        *_chart(folder),
        Heading("件数照合"), _counts(folder),
        Heading("金額照合"),
        Para("数値項目の合計。番号や順序の項目の合計も、記録の欠けや重なりを見つける手がかりになるので載せる。"),
        table((("移行ファイル", 40), ("項目", 36), ("合計", 22), ("移行先での合計", 22), ("一致", 8)),
              [[f"{f.area:02d} {f.name}", name, n, box(None), "□"] for f in folder.files for name, n in sorted(f.hash_totals.sums.items())],
              empty="合計を取る数値項目はない。"),
        Heading("ハッシュ照合"),
        table((("移行ファイル", 44), ("記録のハッシュ合計", 24), ("移行先から戻したデータの値", 34), ("一致", 8)),
              [[f"{f.area:02d} {f.name}", f.hash_totals.records, box(None), "□"] for f in folder.files]),
        Heading("指摘（対応の主体ごと）"), *_findings(folder),
        Heading("実施しなかった検査"),
        table((("検査", 24), ("移行ファイル", 24), ("理由", 70)), [[s.check, s.file or "―", s.reason_ja] for s in r.skipped]),
    ]  # fmt: skip
    if r.cleansing:
        blocks += [Heading("クレンジング"), *cleansing(folder)]
    if r.errors:
        blocks += [Heading("処理の誤り"), table((("ファイル", 26), ("内容", 90)), [[e.path or "―", e.message_ja] for e in r.errors])]
    blocks += [Heading("目視確認"), table(
        (("業務", 32), ("標本の件数", 22), ("確認した者", 24), ("確認日", 22), ("結果", 40)),
        [[f"{no:02d} {name}", box(None), box(None), box(None), box(None)] for no, name in folder.areas],
    )]  # fmt: skip
    return paper(folder, "データ移行結果報告書", blocks, ("◎", "○", "○"))


def _speed(folder: Folder) -> str:
    """Volume, time and rate (PRF-01); a run of less than a second counts as one."""
    if (made := folder.manifest) is None:
        return "―"
    rows, size, seconds = folder.report.totals.rows.in_, sum(f.bytes for f in made.inputs), max(1, made.seconds)
    return f"{rows:,} 件、{size / 1e6:,.1f} MB、{seconds:,} 秒（毎秒 {rows // seconds:,} 件、{size / 1e6 / seconds:,.1f} MB）"


def _budget(folder: Folder) -> str:
    """The time that the run was to take at most, and whether it did (PRF-03)."""
    if folder.manifest is None or folder.manifest.time_budget is None:
        return "決めていない"
    return f"{folder.manifest.time_budget:,} 秒のうちに{'終わった' if folder.manifest.within_budget else '終わらなかった'}"


def _chart(folder: Folder) -> list[Block]:
    """指摘 by 業務 and severity: where work is left.  Counts of records are in 件数照合, where they can be added up."""
    r = folder.report
    counts: Counter[tuple[int, str]] = Counter()
    for rule in r.rules:
        counts[rule.area, rule.severity] += rule.count
    names = {0: "ファイルの形", **{no: f"{no:02d} {name}" for no, name in folder.areas}}
    areas = sorted({area for area, _ in counts})
    series = [Series(name, [counts[a, key] for a in areas], colour) for key, (colour, _, name, _) in words.SEVERITIES.items()
              if any(counts[a, key] for a in areas)]  # fmt: skip
    return [Heading("業務ごとの指摘"), Bars("業務ごとの指摘の件数", [names.get(a, f"{a:02d}") for a in areas], series, " 件")] if series else []


def _counts(folder: Folder) -> Block:
    rows: list[list[Cell]] = [
        [f"{f.area:02d} {f.name}", f.source.path, f.rows.in_, f.rows.out, f.rows.rejected, f.rows.merged, f.rows.removed, "一致" if f.rows.balanced else "不一致"]
        for f in folder.files
    ]
    t = folder.report.totals.rows
    rows.append(["計", "", t.in_, t.out, t.rejected, t.merged, t.removed, "一致" if t.balanced else "不一致"])
    heads = (("移行ファイル", 40), ("移行元ファイル", 26), ("入力", 12), ("出力", 12), ("除外", 10), ("統合", 10), ("削除", 10), ("照合", 9))
    return table(heads, rows, total=True)


def _findings(folder: Folder) -> list[Block]:
    r = folder.report
    if not r.rules:
        return [Para("指摘はない。", "good")]
    by_owner: Counter[str] = Counter()
    for rule in r.rules:
        by_owner[rule.owner] += rule.count
    owners: list[list[Cell]] = [[owner, n] for owner, n in by_owner.most_common()]
    blocks: list[Block] = [table((("対応の主体", 24), ("指摘の件数", 14)), [*owners, ["計", r.totals.findings]], total=True)]
    heads = (("番号", 20), ("移行ファイル", 22), ("項目", 24), ("内容", 40), ("重さ", 8), ("件数", 10), ("対応方法", 50), ("対応の期限", 14))
    for owner, _ in by_owner.most_common():
        rows: list[list[Cell]] = [
            [x.id, x.file or "―", x.item_name or "―", x.title_ja, severity(x.severity), x.count, x.action_ja, box(None)] for x in r.rules if x.owner == owner
        ]
        blocks.append(table(heads, rows, f"{owner}が対応する指摘"))
    return blocks


def certificate(folder: Folder) -> Document:
    """契約満了時データ提供の証明書: what was handed over, by file, with hashes that anyone can check."""
    m, p = folder.manifest, folder.project
    given = [o for o in m.outputs if o.path.startswith("data/")] if m else []
    out = {f.path.rpartition(".")[0]: f.rows.out for f in folder.report.files}
    rows: list[list[Cell]] = [[o.path, out.get(o.path.rpartition(".")[0], ""), o.bytes, o.sha256] for o in given]
    blocks: list[Block] = [
        Para(f"{box(p.vendor_from)} は、{box(p.contract_end)} に満了する契約に基づき、次のデータを中間標準レイアウト {folder.report.layout.version} 版の形式で"
             f" {box(p.municipality)} に提供したことを証明する。"),
        Facts([("提供日", box(None)), ("媒体", box(p.medium)), ("ファイル数", len(given)), ("記録の件数", folder.report.totals.rows.out),
               ("変換の除外", folder.report.totals.rows.rejected)]),
        Heading("提供したデータ"),
        table((("ファイル", 50), ("件数", 12), ("バイト", 14), ("SHA-256", 66)), rows, empty="実行の記録 (manifest.json) がないため、一覧を作れない。"),
        Para("受け取った側は、各ファイルの SHA-256 を計算して照合できる（Windows: certutil -hashfile ファイル SHA256）。"),
        Heading("署名"),
        Facts([("提供した者", box(None)), ("受け取った者", box(None)), ("日付", box(None))]),
    ]  # fmt: skip
    return paper(folder, "契約満了時データ提供の証明書", blocks, ("◎", "○", "–"))


def erasure(folder: Folder) -> Document:
    """データ消去記録: of a record that ``chukan erase`` left, else a form."""
    e = folder.erasure
    blocks: list[Block] = [
        Facts([
            ("消去したもの", e.folder if e else box(None)), ("消去の責任者", e.by if e else box(None)), ("実行した者", e.user if e else box(None)),
            ("理由", (e.reason or box(None)) if e else box(None)), ("開始", e.started if e else box(None)),
            ("終了", (e.finished or "中断（終わっていない）") if e else box(None)), ("方法", e.method if e else box(None)),
        ]),
        Heading("消去したファイル"),
        table((("ファイル", 54), ("バイト", 14), ("SHA-256", 66)), [[f.path, f.bytes, f.sha256] for f in e.files] if e else [[box(None), "", ""]] * 5),
        Heading("限界"),
        Para(e.limits if e else "媒体の消去（物理破壊、暗号鍵の破棄など）は別に証明を受けること。", "warn"),
        Heading("署名"), Facts([("消去した者", box(None)), ("立ち会った者", box(None)), ("日付", box(None))]),
    ]  # fmt: skip
    return paper(folder, "データ消去記録", blocks, ("◎", "○", "–"))
