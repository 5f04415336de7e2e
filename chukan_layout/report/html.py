"""One HTML file that needs nothing else: no script, no network, nothing of the data is markup."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from chukan_layout.model.report import FileReport, Fit, ItemCount, Report, Rows, RuleCount, Sample
from chukan_layout.report import svg, words
from chukan_layout.report.inert import inert
from chukan_layout.report.terminal import Lang

TEMPLATES = Path(__file__).with_name("templates")
#: Rules shown unfolded, most examples of a rule, most examples: all of them are in findings.parquet.
RULES, EACH, SAMPLES = 30, 3, 60
#: Colour, Japanese, English of: out, rejected, merged, removed.
FLOW = {
    "out": ("#3f7fa6", "出力", "out"),
    "rejected": ("#c44e00", "除外", "rejected"),
    "merged": ("#8f6bb0", "統合", "merged"),
    "removed": ("#555f68", "削除", "removed"),
}
STATES = {
    "value": ("#3f7fa6", "値あり", "value"),
    "null": ("#dcdfe2", "値なし", "blank"),
    "empty": ("#e3c55c", "明示的な空", "explicitly empty"),
    "na": ("#a9c6b4", "対象外", "not applicable"),
    "failed": ("#c44e00", "失敗", "failed"),
}


class Change(NamedTuple):
    """A rule with another number of findings than before."""

    rule: str
    title: str
    before: int
    now: int


class AreaFit(NamedTuple):
    name: str
    files: int
    fit: Fit
    bar: Markup


def render(report: Report, lang: Lang, before: Report | None = None) -> str:
    """The whole page; with ``before``, an earlier report, also what changed since."""
    english = lang == "en"

    def t(ja: str, en: str) -> str:
        return en if english else ja

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        finalize=_harmless, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters["n"] = lambda value: f"{value:,}"
    view: dict[str, object] = {
        "t": t, "lang": lang, "r": report, "w": words, "flow_key": FLOW, "state_key": STATES,
        "heat_key": svg.HEAT, "origins": words.origins(report),
        "flow": partial(flow, lang=lang), "heat": partial(heat, lang=lang), "filled": partial(filled, lang=lang),
        "origin_bar": partial(origin_bar, lang=lang),
        "kinds": kinds(report, lang), "share": share_of(report), "shown_rules": report.rules[:RULES], "left_rules": report.rules[RULES:],
        "before": before, "changes": None if before is None else changes(before, report, lang), "areas": areas(report),
        "samples": examples(report.samples), "states": states, "total_findings": report.totals.findings,
    }  # fmt: skip
    return environment.get_template("report.html.j2").render(view)


def changes(before: Report, now: Report, lang: Lang) -> list[Change]:
    """Rules whose findings became more or fewer, the greatest change first."""
    rules = {rule.id: rule for rule in (*before.rules, *now.rules)}
    counts = [Counter[str](), Counter[str]()]
    for count, report in zip(counts, (before, now), strict=True):
        for rule in report.rules:
            count[rule.id] += rule.count
    found = [
        Change(name, f"{rule.item_name} {rule.title_en if lang == 'en' else rule.title_ja}".strip(), counts[0][name], counts[1][name])
        for name, rule in rules.items()
    ]
    return sorted((c for c in found if c.before != c.now), key=lambda c: (-abs(c.now - c.before), c.rule))


def areas(report: Report) -> list[AreaFit]:
    """Fit of each 業務: items of its files that have a counterpart, of all their items."""
    named: dict[str, list[FileReport]] = {}
    for file in report.files:
        named.setdefault(f"{file.area:02d} {file.area_name}", []).append(file)
    found = []
    for name, files in sorted(named.items()):
        matched, total = (sum(getattr(f.fit, key) for f in files) for key in ("items_matched", "items_total"))
        found.append(AreaFit(name, len(files), Fit.of(matched, total), svg.share(matched, total, "#3f7fa6")))
    return found


def _harmless(value: object) -> object:
    return inert(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def flow(rows: Rows, lang: Lang) -> Markup:
    """Where the records went."""
    counts = {"out": rows.out, "rejected": rows.rejected, "merged": rows.merged, "removed": rows.removed}
    return svg.bar([_part(FLOW[name], count, lang) for name, count in counts.items()], height=8)


def states(item: ItemCount) -> dict[str, int]:
    """Counts of an item by state."""
    return {"value": item.value, "null": item.null, "empty": item.empty, "na": item.na, "failed": item.failed}


def filled(file: FileReport, lang: Lang) -> Markup:
    """How far each item of a file has values."""
    stacks = [
        (f"{i.no} {i.name}", [_part(STATES[s], n, lang) for s, n in states(i).items()]) for i in file.items
    ]
    return svg.columns(stacks, _label(file, ("項目別の充足", "values by item"), lang))


def heat(file: FileReport, lang: Lang) -> Markup:
    """Items by kinds of rules that have findings; empty when there is none."""
    kinds = sorted({kind for item in file.items for kind in item.findings})
    if not kinds:
        return Markup()
    rows = [(kind, [item.findings.get(kind, 0) for item in file.items]) for kind in kinds]
    return svg.heat([i.name for i in file.items], rows, _label(file, ("項目×規則", "items by rules"), lang))


def kinds(report: Report, lang: Lang) -> dict[str, str]:
    """What the rows of the grids mean; kinds that mean the same share a line."""
    named: dict[str, list[str]] = {}
    for kind in sorted({k for file in report.files for item in file.items for k in item.findings}):
        named.setdefault(words.kind_name(kind)[lang == "en"], []).append(kind)
    return {"–".join(dict.fromkeys((group[0], group[-1]))): said for said, group in named.items()}


def origin_bar(lang: Lang, counts: dict[str, int]) -> Markup:
    """Items of the layouts by origin."""
    colours = {"official": "#2f74a8", "successor": "#7fb0d3", "law": "#8f6bb0", "draft": "#e3c55c"}
    parts = []
    for origin, count in counts.items():
        named = words.ORIGINS.get(origin, (origin, origin))
        parts.append(_part((colours.get(origin, "#555f68"), *named), count, lang))
    return svg.bar(parts)


def share_of(report: Report) -> dict[str, Markup]:
    """A bar for each rule."""
    most = max((r.count for r in report.rules), default=0)
    return {r.id: svg.share(r.count, most, _colour(r)) for r in report.rules}


def _colour(rule: RuleCount) -> str:
    return words.SEVERITIES.get(rule.severity, words.SEVERITIES["info"])[0]


def examples(samples: list[Sample]) -> list[Sample]:
    """At most ``EACH`` of a rule, and ``SAMPLES`` in all: every rule once before any twice."""
    ranks: list[tuple[int, int, Sample]] = []
    seen: dict[str, int] = {}
    for order, sample in enumerate(samples):
        rank = seen[sample.rule] = seen.get(sample.rule, 0) + 1
        if rank <= EACH:
            ranks.append((rank, order, sample))
    chosen = sorted(ranks, key=lambda r: r[:2])[:SAMPLES]
    first = {s.rule: n for n, s in reversed(list(enumerate(samples)))}
    return [s for _, order, s in sorted(chosen, key=lambda r: (first[r[2].rule], r[1]))]


def _part(key: tuple[str, str, str], count: int, lang: Lang) -> svg.Part:
    colour, ja, en = key
    return svg.Part(count, colour, f"{en if lang == 'en' else ja} {count:,}")


def _label(file: FileReport, what: tuple[str, str], lang: Lang) -> str:
    return f"{file.name}: {what[1] if lang == 'en' else what[0]}"
