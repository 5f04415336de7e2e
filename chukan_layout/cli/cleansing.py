"""データクレンジング on the command line: rules and decisions read, a plan shown (``convert --plan-cleansing``)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chukan_layout.cli.common import Common
from chukan_layout.cli.errors import CliError
from chukan_layout.cli.toml_model import read_model

if TYPE_CHECKING:
    from chukan_layout.model.cleansing import Chosen
    from chukan_layout.model.layout import LayoutSet
    from chukan_layout.model.mapping import Mapping
    from chukan_layout.run.order import Result


def chosen_of(rules: Sequence[Path], decisions: Path | None, layouts: LayoutSet, mapping: Mapping, as_of: str, plan: bool) -> Chosen:
    """The rules of a run from the files that the user named; CliError or Refused when they cannot be followed."""
    from chukan_layout.model.cleansing import Approvals, Cleansing
    from chukan_layout.plan.cleansing import chosen

    if not rules:
        raise CliError("クレンジングの規則を --cleansing FILE で指定してください。", "name the cleansing rules with --cleansing FILE")
    approvals = Approvals() if decisions is None else read_model(decisions, Approvals)
    return chosen([read_model(path, Cleansing) for path in rules], approvals, layouts, mapping, as_of, everything=plan)


def show_plan(result: Result, common: Common) -> int:
    """What every rule would do, with examples whose values are masked."""
    report = result.report
    if common.format == "json":
        told = [c.model_dump() | {"examples": [e._asdict() for e in result.examples.get(c.rule, ())]} for c in report.cleansing]
        rows = report.totals.rows
        whole = {"rows": rows.model_dump(by_alias=True), "cleansing": told, "skipped": [s.model_dump() for s in report.skipped],
                 "errors": [e.model_dump() for e in report.errors]}  # fmt: skip
        common.write(json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
    else:
        common.write(_human(result, common))
    return 2 if report.errors else 0


def _human(result: Result, common: Common) -> str:
    from chukan_layout.report.words import CLEANSING_KINDS

    ja = common.lang == "ja"
    side = 0 if ja else 1
    rows = result.report.totals.rows
    lines = [
        f"クレンジングの計画: 入力 {rows.in_:,} 件、削除される記録 {rows.removed:,} 件。まだ何も変えていません。"
        if ja
        else f"plan of cleansing: {rows.in_:,} records, {rows.removed:,} would be removed; nothing was changed"
    ]
    for c in result.report.cleansing:
        unit = ("件" if c.kind == "purge" else "か所") if ja else ("records" if c.kind == "purge" else "values")
        lines.append(f"\n{c.rule} [{CLEANSING_KINDS[c.kind][side]}] {c.name_ja if ja or not c.name_en else c.name_en}: {c.count:,} {unit}")
        lines.append(f"  {c.area:02d} {c.file} / {'、'.join(c.items)}  ({c.source})")
        for e in result.examples.get(c.rule, ()):
            change = f"  {e.original or '(空)'} → {e.value or '(空)'}" if e.item else ""
            lines.append(f"    {e.path}:{e.line} {e.item}{change}")
    lines += [f"\n誤り: {e.message_ja}" if ja else f"\nError: {e.message_en}" for e in result.report.errors]
    return "\n".join(lines) + "\n"
