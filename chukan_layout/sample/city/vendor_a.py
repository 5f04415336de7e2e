"""Writes mappings/vendorA/NN-業務 for every area but 住民基本台帳: a believable vendor's dialect of each layout.

CP932 with CRLF, column names of the vendor's own, dates in 和暦 or eight digits, half-width kana, own codes,
numbers without leading zeros, columns that no standard item takes.  Everything follows from the layout (and a
digest of names), so a changed layout gives a changed mapping: ``python -m chukan_layout.sample.city.vendor_a``
rewrites the folders, ``--check`` says whether they are current.  The vendor is fictional (draft).
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Iterator

from chukan_layout.model.layout import Area, CodeTable, Item, LayoutFile
from chukan_layout.spec.load import load_layouts, mapping_folder

#: How the vendor shortens names: all of these in order, where they stand.
WORDS: tuple[tuple[str, str], ...] = (
    ("履歴番号", "履歴NO"), ("最新フラグ", "最新区分"), ("宛名番号", "個人コード"), ("世帯番号", "世帯コード"), ("通知書番号", "通知番号"),
    ("届出年月日", "届出日"), ("開始年月日", "開始日"), ("終了年月日", "終了日"), ("年月日", "日"), ("フリガナ", "カナ"), ("フラグ", "FLG"),
    ("コード", "CD"), ("被保険者", "被保"), ("納付義務者", "納義"), ("納税義務者", "納義"), ("賦課年度", "年度"), ("課税年度", "年度"),
    ("保険料", "料"), ("固定資産税", "固資"), ("住所_", "住所"), ("_", "・"), ("電話番号", "TEL"), ("氏名", "漢字氏名"), ("備考", "摘要"),
    ("金融機関", "銀行"), ("合計額", "計"), ("金額", "額"), ("事由", "理由"), ("申請", "申込"), ("決定", "確定"), ("連番", "SEQ"), ("番号", "NO"),
)  # fmt: skip
LINKED = ("宛名番号", "世帯番号")


def digest(*parts: object) -> int:
    """A number that is the same on every machine."""
    return zlib.crc32("/".join(map(str, parts)).encode())


def q(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False)


def column_names(file: LayoutFile) -> dict[str, str]:
    """Item -> the vendor's name of the column; no two alike."""
    taken: set[str] = set()
    found = {}
    for item in file.items:
        name = item.name
        for word, short in WORDS:
            # about one name in six stays as it is in the law
            if word in name and digest(file.area, word, item.name) % 6:
                name = name.replace(word, short)
        own, number = name, 1
        while own in taken:
            number += 1
            own = f"{name}{number}"
        taken.add(own)
        found[item.name] = own
    return found


def own_codes(area: int, table: CodeTable) -> list[tuple[str, str]]:
    """(the vendor's code, the standard's): as it is, without zeros, or numbered anew behind a letter."""
    way = digest(area, table.name) % 3
    codes = list(table.codes)
    bare = [c.lstrip("0") or "0" for c in codes]
    if way == 0 or len(set(bare)) < len(bare):
        own = [f"{chr(65 + digest(area, table.name) % 26)}{i + 1:02d}" for i in range(len(codes))]
    elif way == 1 and set(codes) != {"0", "1"}:
        own = [str(i + 1) for i in range(len(codes))]
    else:
        own = bare
    return list(zip(own, codes, strict=True))


def ops_of(file: LayoutFile, item: Item, area: Area) -> tuple[str, str]:
    """The operations of a line and, where it must be stated, their inverse."""
    if item.code and item.code in area.codes and area.codes[item.code].values:
        return f'{{ op = "trim" }}, {{ op = "map", table = {q(f"{area.no:02d}.{item.code}")} }}', ""
    if item.type == "DATE":
        western = digest(file.area, file.id) % 2 and "生年月日" not in item.name
        return f'{{ op = "date", shapes = [{q("ymd8" if western else "wareki_letter")}] }}', ""
    if item.type in ("9", "S9", "9V"):
        scale = f", scale = {item.scale}" if item.scale else ""
        return f'{{ op = "trim" }}, {{ op = "number"{scale} }}', ""
    if item.type in ("TIME", "YEAR"):
        return '{ op = "trim" }', ""
    if item.charset_class == "kana":
        return '{ op = "trim" }, { op = "kana_full" }, { op = "to_full" }', ""
    if item.charset_class == "full":
        return '{ op = "trim" }, { op = "gaiji", table = "外字" }, { op = "to_full" }', ""
    if item.name.endswith("郵便番号") and item.digits == 7:
        return '{ op = "trim" }, { op = "remove", chars = "-" }', '[{ op = "insert", text = "-", at = 3 }]'
    if item.name.endswith(LINKED) and item.digits == 15:
        return '{ op = "trim" }, { op = "pad", width = 15 }', ""
    return '{ op = "trim" }', ""


def mapping_text(file: LayoutFile, area: Area, stem: str) -> str:
    """The mapping of one file."""
    names = column_names(file)
    extra = _extras(file)
    columns = [*names.values(), *(name for name, _, _ in extra)]
    lines = [
        "[mapping]", f"id = {q(f'{file.area:02d}-{file.id}')}", f"area = {file.area}", f"file = {q(file.id)}", "",
        "[source]", f"files = [{q(stem + '*.csv')}, {q(stem + '*.CSV')}]", 'encoding = "cp932"', 'delimiter = ","',
        'quote = "\\""', 'newline = "crlf"', "header = true", "columns = [", *_wrapped(columns), "]",
        f"key = [{', '.join(q(names[k]) for k in file.key)}]", "",
    ]  # fmt: skip
    for item in file.items:
        ops, inverse = ops_of(file, item, area)
        lines += ["[[item]]", f"to = {q(item.name)}", f"from = [{q(names[item.name])}]", f"ops = [{ops}]"]
        lines += [f"inverse = {inverse}"] if inverse else []
        lines += [""]
    for name, disposition, reason in extra:
        lines += ["[[rest]]", f"from = {q(name)}", f'disposition = "{disposition}"', f"reason = {q(reason)}", ""]
    return "\n".join(lines[:-1]) + "\n"


def _extras(file: LayoutFile) -> list[tuple[str, str, str]]:
    extra = [("更新日時", "discard", "現行システムの内部管理情報で、移行後は使わない")]
    if digest(file.area, file.id, "memo") % 3 == 0:
        extra.append(("職員メモ", "individual", "標準に対応する項目がないため個別移行"))
    if digest(file.area, file.id, "spare") % 4 == 0:
        extra.append(("予備", "discard", "常に空欄の予備項目"))
    return extra


def _wrapped(columns: list[str], width: int = 8) -> Iterator[str]:
    for start in range(0, len(columns), width):
        yield "  " + ", ".join(q(c) for c in columns[start : start + width]) + ","


def codes_text(area: Area) -> str:
    """The code maps that the area's mappings use."""
    used = {i.code for f in area.files for i in f.items if i.code}
    lines = ["# コード対応表。架空のベンダーAのコードで、実在の製品のものではない。"]
    for name in sorted(used & set(area.codes)):
        if not area.codes[name].values:
            continue
        lines += ["", "[[map]]", f"name = {q(f'{area.no:02d}.{name}')}", f"to = {q(name)}", "pairs = ["]
        lines += [f"  [{q(a)}, {q(b)}]," for a, b in own_codes(area.no, area.codes[name])] + ["]"]
    return "\n".join(lines) + "\n"


def pages(area: Area) -> Iterator[tuple[str, str]]:
    """(file name, text) of the folder of an area."""
    stems = {f.id: f"A{area.no:02d}{f.no:02d}_" for f in area.files}
    yield "sources.toml", (
        f"# この業務のファイルを見分ける名前。業務ごとの対応はここにあるファイルだけ読む。\nno = {area.no}\n"
        f'files = ["A{area.no:02d}*.csv", "A{area.no:02d}*.CSV"]\n'
    )
    yield "codes.toml", codes_text(area)
    for file in area.files:
        yield f"{file.no:02d}-{file.id}.toml", mapping_text(file, area, stems[file.id])


def _main(arguments: list[str]) -> int:
    root = mapping_folder("vendorA")
    stale = []
    for area in load_layouts("latest").areas:
        if area.no == 1:
            continue
        folder = root / f"{area.no:02d}-{area.name}"
        due = {folder / name: text for name, text in pages(area)}
        there = set(folder.glob("*.toml"))
        if "--check" in arguments:
            stale += [p for p, text in due.items() if p not in there or p.read_text(encoding="utf-8") != text]
            stale += sorted(there - set(due))
            continue
        folder.mkdir(exist_ok=True)
        for path in there - set(due):
            path.unlink()
        for path, text in due.items():
            path.write_text(text, encoding="utf-8")
    for path in stale:
        sys.stderr.write(f"{path.parent.name}/{path.name}: 古い (stale)\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
