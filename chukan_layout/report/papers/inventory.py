"""現行システムデータ一覧, コード対応表, 項目対応表, 外字一覧, 連携インターフェース一覧 (requirements RPT-03, COD-02, DOC-01, FIT-03)."""

from __future__ import annotations

from chukan_layout.model.mapping import FileMapping, MapItem, Op
from chukan_layout.report.document.model import Block, Cell, Document, Facts, Heading, Para
from chukan_layout.report.papers.folder import BOX, Folder, box, origin, paper, percent, table

#: What an operation does, in the words of an official.  What is missing is said by its name.
OPERATIONS = {
    "trim": "前後の空白を除く", "to_full": "全角にする", "to_half": "半角にする", "kana_full": "カナを全角にする", "kana_half": "カナを半角にする",
    "kana_large": "小書きのカナを大きくする", "long_vowel": "長音をそろえる", "dash": "ハイフンをそろえる", "wave_dash": "波ダッシュなどをそろえる",
    "upper": "英大文字にする", "gaiji": "外字を置き換える", "shrink": "縮退する", "map": "コードを変換する", "lookup": "表を引く", "pad": "桁をそろえる",
    "strip": "前の文字を除く", "remove": "文字を除く", "insert": "文字を挟む", "number": "数値にする", "concat": "つなぐ", "split": "分ける",
    "substr": "一部を取る", "substr_bytes": "一部を取る（バイト）", "const": "決まった値にする", "default": "空なら決まった値にする",
    "coalesce": "空なら別の項目を使う", "when": "場合により変える", "null_if": "決まった値は空にする", "date": "日付にする", "format_date": "日付の書き方を変える",
    "date_part": "日付の一部を取る",
}  # fmt: skip
_GIVEN = {"table": "表", "width": "桁", "value": "値", "separator": "区切り", "default": "既定"}
_DISPOSITIONS = {"individual": "個別移行", "discard": "破棄"}


def data_list(folder: Folder) -> Document:
    """現行システムデータ一覧: tables, items with type and digits, volume."""
    blocks: list[Block] = [
        Heading("表とデータ量"),
        table((("表（移行元ファイル）", 32), ("業務", 24), ("件数", 12), ("バイト", 16), ("文字コード", 14), ("項目数", 9)),
              [[f.source.path, f"{f.area:02d} {f.area_name}", f.rows.in_, f.source.bytes, f.source.encoding, _width(folder, f.area, f.file)] for f in folder.files]),
        Para("データ型と桁数は、対応するレイアウトの項目のもの。実際のデータで測った型・桁・値の種類は chukan profile の一覧による。"),
    ]  # fmt: skip
    area = 0
    for f in folder.files:
        mapped, layout = folder.mapped(f), folder.layout(f.area, f.file)
        if mapped is None or layout is None:
            continue
        items = {i.name: i for i in layout.items}
        to = {source: line.to for line in reversed(mapped.item) for source in line.from_}
        rest = {d.from_: d for d in mapped.rest}
        rows: list[list[Cell]] = []
        for no, name in enumerate(mapped.source.columns, 1):
            item = items.get(to.get(name, ""))
            where = to[name] if name in to else _rest(rest[name].disposition, rest[name].reason) if name in rest else "―"
            rows.append([no, name, item.type if item else BOX, item.digits if item else BOX, where])
        if f.area != area:
            area = f.area
            blocks.append(Heading(f"項目 {f.area:02d} {f.area_name}"))
        blocks += [Heading(f"{f.source.path}　{f.name}", 3),
                   table((("No.", 6), ("項目", 30), ("データ型", 18), ("桁数", 18), ("対応する項目", 60)), rows)]  # fmt: skip
    return paper(folder, "現行システムデータ一覧", blocks, ("–", "○", "△"))


def _rest(disposition: str, reason: str) -> str:
    return f"〔{_DISPOSITIONS.get(disposition, disposition)}〕{reason}"


def _width(folder: Folder, area: int, file: str) -> Cell:
    found = folder.mapping.files if folder.mapping else ()
    return next((len(m.source.columns) for m in found if (m.area, m.file) == (area, file)), "―")


def item_table(folder: Folder) -> Document:
    """項目対応表: the mapping as a design that can be read."""
    blocks: list[Block] = []
    area = 0
    for f in folder.files:
        layout, mapped = folder.layout(f.area, f.file), folder.mapped(f)
        if layout is None or mapped is None:
            continue
        lines, unset = {line.to: line for line in mapped.item}, {u.to: u.reason for u in mapped.unset}
        rows: list[list[Cell]] = []
        for item in layout.items:
            line = lines.get(item.name)
            said = _said(line) if line else f"設定しない: {unset[item.name]}" if item.name in unset else "設定しない"
            source = "・".join(line.from_) if line else "―"
            rows.append([item.no, item.name, item.type, item.digits, item.code or "―", "必須" if item.required else "", source, said, origin(item.source)])
        heads = (("No.", 6), ("項目", 28), ("型", 6), ("桁数", 7), ("コード", 16), ("必須", 7), ("移行元の項目", 28), ("変換", 50), ("根拠", 16))
        if f.area != area:
            area = f.area
            blocks.append(Heading(f"{f.area:02d} {f.area_name}"))
        blocks += [Heading(f.name, 3), Facts([("移行元ファイル", f.source.path), ("対応する項目", f"{f.fit.items_matched}/{f.fit.items_total}（{percent(f.fit)}）")]),
                   table(heads, rows), *_left_over(mapped)]  # fmt: skip
    return paper(folder, "項目対応表", blocks or [Para("マッピングを通した変換ではないため、対応表はない。")])


def _left_over(mapped: FileMapping) -> list[Block]:
    rows: list[list[Cell]] = [[d.from_, _DISPOSITIONS.get(d.disposition, d.disposition), d.reason] for d in mapped.rest]
    return [table((("移行元の項目", 30), ("処置", 14), ("理由", 70)), rows, "レイアウトに対応しない移行元の項目")] if rows else []


def _said(line: MapItem) -> str:
    words = [_operation(op) for op in line.ops] or ["そのまま"]
    return " → ".join(words) + (f"（{line.note}）" if line.note else "")


def _operation(op: Op) -> str:
    fields = op.model_dump(by_alias=True, exclude_defaults=True)
    given = "、".join(f"{_GIVEN[key]} {value}" for key, value in fields.items() if key in _GIVEN)
    said = OPERATIONS.get(op.op, op.op)
    return f"{said}（{given}）" if given else said


def code_table(folder: Folder) -> Document:
    """コード対応表: source values and codes of the standard, with the codes that no source value gives."""
    blocks: list[Block] = []
    wanted = {op.table for f in folder.report.files if (m := folder.mapped(f)) for line in m.item for op in line.ops if op.op in ("map", "lookup")}
    names = {(a.no, t.name): t for a in folder.layouts.areas for t in a.codes.values()}
    for name in sorted(wanted):
        table_ = folder.mapping.codes.get(name) if folder.mapping else None
        if table_ is None:
            continue
        known = next((t for (_, n), t in names.items() if n == table_.to), None)
        meaning = {v.code: v.name for v in known.values} if known else {}
        rows: list[list[Cell]] = [[source, to, meaning.get(to, "―")] for source, to in table_.pairs]
        heads = (("移行元の値", 20), ("標準のコード", 16), ("意味", 50))
        blocks += [Heading(f"{name}" + (f" → {table_.to}" if table_.to else ""), 3), table(heads, rows)]
        missing = [code for code in meaning if code not in {to for _, to in table_.pairs}]
        if missing:
            blocks.append(Para("移行元から生じない標準のコード: " + "、".join(f"{c} {meaning[c]}" for c in missing)))
    unknown = [r for r in folder.report.rules if r.kind == "COD"]
    blocks += [Heading("対応していない値の指摘"), table((("番号", 20), ("移行ファイル", 22), ("項目", 28), ("件数", 10)),
               [[r.id, r.file, r.item_name, r.count] for r in unknown])]  # fmt: skip
    return paper(folder, "コード対応表", blocks)


def gaiji_list(folder: Folder) -> Document:
    """外字一覧: the body's own characters with what they become, and those without a target."""
    tables = folder.mapping.gaiji if folder.mapping else {}
    rows: list[list[Cell]] = [
        [t.name, " ".join(f"U+{ord(c):04X}" for c in source), target, " ".join(f"U+{ord(c):04X}" for c in target)]
        for t in tables.values() for source, target in t.pairs
    ]  # fmt: skip
    blocks: list[Block] = [
        Facts([("置き換えを決めた外字", len(rows)), ("未定の外字", len({code for code, *_ in folder.left}))]),
        Heading("置き換えを決めた外字"),
        table((("表", 16), ("外字（読み込み後の番号）", 24), ("置き換え後", 12), ("文字番号", 26)), rows),
        *[Para(f"表「{t.name}」: {t.note}", "note") for t in tables.values() if t.note],
        Heading("未定の外字"),
        table((("外字コード", 20), ("ファイル", 24), ("項目", 28), ("件数", 10), ("決定", 22)), [[code, path, item, n, BOX] for code, path, item, n in folder.left]),
    ]  # fmt: skip
    return paper(folder, "外字一覧", blocks, ("–", "○", "○"))


def interfaces(folder: Folder) -> Document:
    """連携インターフェース一覧: of project.toml; its headings with empty boxes where nothing is known."""
    known = folder.project.interface
    rows: list[list[Cell]] = [[i.name, box(i.items), box(i.partner), box(i.direction), box(i.method), box(i.timing)] for i in known]
    heads = (("連携名称", 28), ("項目・型・桁数", 36), ("連携先システム", 24), ("方向", 12), ("方式（データベース連携、ファイル連携、Web連携）", 26), ("タイミング", 18))
    return paper(folder, "連携インターフェース一覧", [Heading("連携インターフェース"), table(heads, rows or [[BOX] * 6] * 5)], ("–", "○", "△"))
