"""How a profile looks: tables for a terminal, JSON, one HTML file, a workbook.  Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from rich.console import Group
from rich.table import Table
from rich.text import Text

from chukan_layout.cli.language import Lang
from chukan_layout.gaiji.pages import page, table_html
from chukan_layout.profile.judge import date_name
from chukan_layout.profile.model import Column, FileProfile, Profile, Value
from chukan_layout.report.inert import inert
from chukan_layout.report.xlsx import Cell
from chukan_layout.report.xlsx import tables as workbook

_HEADS = (
    ("No.", "no."), ("データ項目名称", "item"), ("データ型", "type"), ("桁数", "digits"), ("位置", "byte"),
    ("値あり", "filled"), ("空", "blank"), ("異なる値", "distinct"), ("見たところ", "looks like"),
    ("コード・よくある形", "codes, frequent kinds"),
)  # fmt: skip
#: Codes shown in a table; files and workbooks have all of them.
_FEW = 6


def _t(lang: Lang, ja: str, en: str) -> str:
    return en if lang == "en" else ja


def facts(file: FileProfile, lang: Lang) -> list[tuple[str, str]]:
    """What is known of a file as a whole."""

    def t(ja: str, en: str) -> str:
        return _t(lang, ja, en)

    e = file.encoding
    found = [(t("文字コード", "charset"), f"{e.name or '—'} ({e.confidence:.2f}) {'、'.join(_t(lang, *x) for x in e.evidence)}")]
    if file.dialect:
        d = file.dialect
        shown = {"\t": "TAB"}.get(d.delimiter, d.delimiter)
        head = t("見出しあり", "header") if d.header else t("見出しなし", "no header")
        found.append((t("形", "shape"), f"{t('区切り', 'delimited by')} {shown}  {d.newline.upper()}  {d.quote or t('引用符なし', 'no quotes')}  {head}"))
    if file.fixed:
        f = file.fixed
        sure = f"{f.certain:.2f}" + ("" if f.divides else t("、端数あり", ", a remainder is left"))
        newline = f" + {f.newline.upper()}" if f.newline else ""
        found.append((t("形", "shape"), f"{t('固定長', 'records of')} {f.length}{newline} {t('バイト', 'bytes')} ({sure})"))
    if file.shape:
        found.append((t("データ量", "volume"), t(f"{file.records:,} 件、{file.bytes:,} バイト", f"{file.records:,} records, {file.bytes:,} bytes")))
    for key in file.keys[:4]:
        twice = t(f" (重複 {key.repeated:,} 件)", f" ({key.repeated:,} repeated)") if key.repeated else ""
        found.append((t("主キーの候補", "key"), "+".join(key.columns) + twice + ("" if key.exact else t(" (推定)", " (estimated)"))))
    if file.duplicates:
        found.append((t("重複", "duplicates"), t(f"まったく同じレコード {file.duplicates:,} 件", f"{file.duplicates:,} records twice")))
    if file.ragged:
        at = ", ".join(map(str, file.ragged_at))
        found.append((t("列の数", "fields"), t(f"違うレコード {file.ragged:,} 件 (レコード {at} …)", f"{file.ragged:,} records differ (records {at} ...)")))
    if file.undecodable:
        found.append((t("読めない符号", "codes"), t(f"{file.undecodable:,} 個", f"{file.undecodable:,} without a character")))
    return found + [("", _t(lang, *note)) for note in file.notes]


def looks(column: Column, lang: Lang) -> str:
    """Date, check digit and the like in a few words."""
    words = []
    if column.date:
        words.append(date_name(column.date) if lang == "ja" else column.date)
    if column.check_digit:
        words.append(column.check_digit)
    if column.codes:
        words.append(_t(lang, "コード", "codes"))
    if column.repeated == 0 and column.filled:
        words.append(_t(lang, "重複なし", "unique"))
    if column.zero_led and not column.date:
        words.append(_t(lang, "前ゼロ", "leading zeros"))
    if column.padded:
        words.append(_t(lang, "空白つき", "padded"))
    if column.unusual:
        words.append(_t(lang, f"外字など {len(column.unusual)} 種", f"{len(column.unusual)} unusual characters"))
    words += [_t(lang, *note) for note in column.notes]
    return "、".join(words) if lang == "ja" else ", ".join(words)


def _values(values: Sequence[Value], most: int) -> str:
    shown = " ".join(f"{inert(v.shown)}={v.count:,}" for v in values[:most])
    return shown + (" …" if len(values) > most else "")


def _digits(c: Column) -> str:
    return f"{c.digits},{c.scale}" if c.scale else str(c.digits) if c.filled else ""


def _row(c: Column, lang: Lang, most: int) -> list[str]:
    distinct = f"{c.distinct:,}" if c.exact else _t(lang, f"約 {c.distinct:,}", f"~{c.distinct:,}")
    start = "" if c.start is None else str(c.start + 1)
    blank = f"{c.empty + c.spaces:,}"
    return [
        str(c.no), inert(c.name), c.type, _digits(c), start, f"{c.filled:,}", blank, distinct, looks(c, lang),
        _values(c.codes or c.frequent, most),
    ]  # fmt: skip


def tables(profile: Profile, lang: Lang) -> Group:
    """For a terminal."""
    parts: list[Table | Text] = []
    for file in profile.files:
        parts.append(Text(f"\n{inert(file.name)}", style="bold"))
        parts += [Text(f"  {name}: {said}" if name else f"  {said}") for name, said in facts(file, lang)]
        if file.columns:
            table = Table(header_style="bold", box=None, pad_edge=False)
            for n, (ja, en) in enumerate(_HEADS):
                if n != 4 or file.fixed:
                    table.add_column(_t(lang, ja, en), justify="right" if n in (0, 3, 4, 5, 6, 7) else "left", overflow="fold")
            for column in file.columns:
                cells = _row(column, lang, _FEW)
                table.add_row(*(cells if file.fixed else cells[:4] + cells[5:]))
            parts.append(table)
    if profile.foreign:
        parts.append(Text("\n" + _t(lang, "参照の候補", "foreign keys"), style="bold"))
        parts += [Text(f"  {a} → {b}  {share}") for a, b, share, _ in _foreign(profile)]
    if profile.against:
        parts.append(Text("\n" + _t(lang, f"{profile.against} との違い {len(profile.differences)}", f"differences to {profile.against}: {len(profile.differences)}"), style="bold"))
        parts += [Text(f"  {inert(d.file)} {inert(d.column)}: {inert(_t(lang, d.ja, d.en))}") for d in profile.differences]
    return Group(*parts)


def _foreign(profile: Profile) -> Iterator[tuple[str, str, str, str]]:
    for f in profile.foreign:
        yield f"{inert(f.file)}:{inert(f.column)}", f"{inert(f.to_file)}:{inert(f.to_column)}", f"{f.share:.1%}", f"{f.sampled:,}"


def as_json(profile: Profile) -> str:
    """For programs (docs/profile.md describes it)."""
    return json.dumps(profile.as_dict(), ensure_ascii=False, indent=2) + "\n"


def _title(lang: Lang) -> str:
    return _t(lang, "現行システムデータ一覧", "data of the present system")


def html(profile: Profile, lang: Lang) -> str:
    """One file."""
    heads = [_t(lang, *h) for h in _HEADS]
    parts = [table_html(_overview_heads(lang), [[escape(str(c)) for c in row] for row in _overview(profile)])]
    for file in profile.files:
        parts.append(f"<h2>{escape(inert(file.name))}</h2>")
        parts.append(table_html(("", ""), [(escape(a), escape(inert(b))) for a, b in facts(file, lang)]))
        rows = [[escape(cell) for cell in _row(c, lang, 30)] for c in file.columns]
        if rows:
            parts.append(table_html(heads, rows))
    if profile.foreign:
        names = [_t(lang, *h) for h in _FOREIGN]
        parts.append(f"<h2>{_t(lang, '参照の候補', 'foreign keys')}</h2>" + table_html(names, [[escape(x) for x in row] for row in _foreign(profile)]))
    if profile.against:
        head = _t(lang, f"{profile.against} との違い", f"differences to {profile.against}")
        rows = [[escape(inert(x)) for x in (d.file, d.column, _t(lang, d.ja, d.en))] for d in profile.differences]
        parts.append(f"<h2>{escape(head)}</h2>" + table_html([_t(lang, *h) for h in _DIFFERENCE], rows))
    return page(_title(lang), "".join(parts))


_OVERVIEW = (("テーブル名称", "table"), ("データ項目数", "items"), ("データ量 (件)", "records"), ("データ量 (バイト)", "bytes"), ("文字コード", "charset"), ("形", "shape"), ("主キーの候補", "key"))
_FOREIGN = (("項目", "item"), ("参照先", "points to"), ("一致", "share"), ("調べた値", "values looked at"))
_DIFFERENCE = (("ファイル", "file"), ("項目", "item"), ("違い", "difference"))


def _overview_heads(lang: Lang) -> list[str]:
    return [_t(lang, *h) for h in _OVERVIEW]


def _overview(profile: Profile) -> Iterator[list[str | int]]:
    for f in profile.files:
        shape = f"{f.fixed.length}" if f.fixed else {"\t": "TAB"}.get(f.dialect.delimiter, f.dialect.delimiter) if f.dialect else ""
        key = "+".join(f.keys[0].columns) if f.keys else ""
        yield [f.name, len(f.columns), f.records, f.bytes, f.encoding.name, f"{f.shape} {shape}", key]


def xlsx(profile: Profile, lang: Lang) -> bytes:
    """A workbook: 現行システムデータ一覧 (table, item, type, digits, volume), then everything that was found."""

    def heads(names: Sequence[tuple[str, str]], *widths: int) -> list[tuple[str, int]]:
        return [(_t(lang, *n), w) for n, w in zip(names, (*widths, *[14] * len(names)), strict=False)]

    listed = (("テーブル名称", "table"), ("データ項目名称", "item"), ("データ型", "type"), ("桁数", "digits"), ("データ量", "volume"))
    sheets: list[tuple[str, list[tuple[str, int]], Iterable[Sequence[Cell]]]] = [
        (_title(lang), heads(listed, 30, 30, 10, 10, 14),
         [(f.name, c.name, c.type, _digits(c), f.records) for f in profile.files for c in f.columns]),
        (_t(lang, "ファイル", "files"), heads(_OVERVIEW, 30, 12, 14, 16, 14, 18, 30), list(_overview(profile))),
        (_t(lang, "項目", "items"), heads((_OVERVIEW[0], *_HEADS), 26, 6, 26, 8, 8, 8, 12, 12, 12, 30, 60),
         [(f.name, *_row(c, lang, 30)) for f in profile.files for c in f.columns]),
        (_t(lang, "コード値", "codes"), heads((_OVERVIEW[0], _HEADS[1], ("値", "value"), ("件数", "count")), 30, 30, 20, 14),
         [(f.name, c.name, v.shown, v.count) for f in profile.files for c in f.columns for v in c.codes]),
        (_t(lang, "外字など", "unusual characters"),
         heads((_OVERVIEW[0], _HEADS[1], ("符号位置", "code point"), ("文字", "character"), ("件数", "count")), 30, 30, 14, 10, 14),
         [(f.name, c.name, f"U+{ord(char):04X}", char, n) for f in profile.files for c in f.columns for char, n in c.unusual.items()]),
        (_t(lang, "参照の候補", "foreign keys"), heads(_FOREIGN, 40, 40, 10, 14), list(_foreign(profile))),
        (_t(lang, "注記", "notes"), heads((("ファイル", "file"), ("事項", "fact"), ("内容", "value")), 30, 20, 100),
         [(f.name, a, b) for f in profile.files for a, b in facts(f, lang)]),
    ]  # fmt: skip
    if profile.against:
        rows = [(d.file, d.column, _t(lang, d.ja, d.en)) for d in profile.differences]
        sheets.append((_t(lang, "定義との違い", "differences"), heads(_DIFFERENCE, 30, 30, 90), rows))
    return workbook(_title(lang), sheets)
