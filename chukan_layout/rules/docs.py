"""Generated pages of the rules: docs/rules/kinds.md and docs/rules/structure.md.

``python -m chukan_layout.rules.docs`` writes them, ``--check`` names those that are not as the code has them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from chukan_layout.rules.kinds import KINDS
from chukan_layout.rules.page import Entry, entries
from chukan_layout.rules.structure import OF_FIXED, OF_RECORDS, STRUCTURE, WHOLE_FILE

DOCS = Path(__file__).parents[2] / "docs" / "rules"
MADE = "<!-- make docs が作る。手で直さない (generated, do not edit) -->"
_CHECKS = {
    "compare": "項目の比較",
    "implies": "項目の含意",
    "sum": "合計と内訳",
    "dated": "コードの有効期間",
    "unique": "キーの一意",
    "foreign": "外部キー",
    "group_count": "組の件数",
    "history": "履歴の連続",
    "totals": "明細の合計",
    "periods": "期間の重なりと空き",
    "joined": "別のファイルの日付との前後",
}


def pages() -> dict[Path, str]:
    """Every generated page by its path; LookupError when pages.toml lacks a kind or has one too many."""
    known = {"kind": set(KINDS), "check": set(_CHECKS), "structure": set(STRUCTURE)}
    for section, names in known.items():
        if odd := names ^ set(entries()[section]):
            raise LookupError(f"rules/pages.toml, {section}: {sorted(odd)}")
    return {DOCS / "kinds.md": _text(_kinds()), DOCS / "structure.md": _text(_structure())}


def _text(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _kinds() -> Iterator[str]:
    yield from _opening(
        "項目の規則 (rules of items)",
        "レイアウトの一行一行から作られる規則の種類。規則IDは 業務-移行ファイル-項目-種類 "
        "(例 `01-01-005-COD`) で、番号はレイアウトの番号のまま変わらない。"
        "文の `{item}` は項目の名前、`{limit}` はレイアウトが許すもの。",
        "Kinds of rules made from the lines of a layout. `chukan rule show ID` shows one rule.",
    )
    for kind in KINDS.values():
        entry = entries()["kind"][kind.kind]
        yield from _section(f"{kind.kind}: {kind.title_ja}", kind.title_en, entry)
        yield from _reason(kind.why_ja, kind.why_en)
        yield from _example(entry)
        yield from _says(kind.message_ja, kind.message_en, kind.action_ja, kind.action_en)
        severity = kind.severity or "レイアウトの項目による (severity of the item)"
        yield from _ground(entry, kind.owner, severity)
    yield from ("", "# 項目どうし・記録どうしの検査 (checks between items and records)", "")
    yield "レイアウトの `row_check` と `keyed_check`。規則IDは 業務-移行ファイル-検査番号 (例 `01-01-K01`)。"
    for name, title in _CHECKS.items():
        entry = entries()["check"][name]
        yield from _section(f"{name}: {title}", "", entry)
        yield from _reason(entry.why_ja, entry.why_en)
        yield from _example(entry)
        yield from _ground(entry, "業務所管課", "レイアウトの検査による (severity of the check)")


def _structure() -> Iterator[str]:
    yield from _opening(
        "構造の規則 (rules of structure)",
        "どの業務のどのファイルにも当てはまる、レコードとファイルの形の規則。",
        "Rules about records and files as a whole; they hold for every file of every area.",
    )
    for rule in STRUCTURE.values():
        entry = entries()["structure"][rule.id]
        yield from _section(f"{rule.id}: {rule.title_ja}", rule.title_en, entry)
        yield from _reason(entry.why_ja, entry.why_en)
        yield from _example(entry)
        yield from _says(rule.message_ja, rule.message_en, rule.action_ja, rule.action_en)
        scope = "レコードごと (per record)" if rule.id in {*OF_RECORDS, *OF_FIXED} - WHOLE_FILE else "ファイルごと (per file)"
        yield from _ground(entry, rule.owner, f"{rule.severity}、{scope}")


def _opening(title: str, ja: str, en: str) -> Iterator[str]:
    yield from (f"# {title}", "", MADE, "", ja, en)


def _section(title: str, title_en: str, entry: Entry) -> Iterator[str]:
    yield from ("", f"## {title}" + (f" ({title_en})" if title_en else ""), "")
    yield f"**何を検査するか** {entry.what_ja}<br>{entry.what_en}"


def _reason(ja: str, en: str) -> Iterator[str]:
    yield from ("", f"**なぜ** {ja}<br>{en}")


def _example(entry: Entry) -> Iterator[str]:
    yield from ("", f"- 悪い例 (bad): {_code(entry.bad)}", f"- 良い例 (good): {_code(entry.good)}")


def _says(message_ja: str, message_en: str, action_ja: str, action_en: str) -> Iterator[str]:
    yield from ("", f"**指摘の文** {message_ja}<br>{message_en}")
    yield from ("", f"**対応方法** {action_ja}<br>{action_en}")


def _ground(entry: Entry, owner: str, severity: str) -> Iterator[str]:
    yield from ("", f"**根拠** {entry.basis_ja}<br>{entry.basis_en}")
    yield from ("", f"**自動修正** {entry.repair_ja}<br>{entry.repair_en}")
    yield from ("", f"担当 (owner): {owner} / 重大度 (severity): {severity}")


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def main(words: Sequence[str] | None = None) -> int:
    """Write the pages, or say which are stale; the exit code."""
    parser = argparse.ArgumentParser(description="規則の頁を書く (write the pages of the rules)")
    parser.add_argument("--check", action="store_true", help="書かずに古い頁を挙げる (name stale pages)")
    check = parser.parse_args(words).check
    made = pages()
    stale = [p for p, text in made.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    if check:
        for path in stale:
            sys.stderr.write(f"古い頁: docs/rules/{path.name} (python -m chukan_layout.rules.docs)\n")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_text(made[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
