"""Generated pages: one per command, and the page of all operations.

``python -m chukan_layout.cli.docs`` writes them, ``--check`` says which are not as the code has them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
from pydantic import TypeAdapter

from chukan_layout.cli.fit_pages import fit_examples, rate_page
from chukan_layout.cli.main import cli
from chukan_layout.model.layout import Strict
from chukan_layout.model.mapping import Op
from chukan_layout.plan import reference

DOCS = Path(__file__).parents[2] / "docs"
MADE = "<!-- make docs が作る。手で直さない (generated, do not edit) -->"
OP: TypeAdapter[Any] = TypeAdapter(Op)


def pages() -> dict[Path, str]:
    """Every generated page by its path."""
    made = {DOCS / "operations.md": operations()}
    index = ["# コマンド (commands)", "", MADE, ""]
    for name, command, path in _commands(cli, "chukan"):
        made[path] = _command_page(name, command)
        index.append(f"- [`{name}`]({path.name}): {command.get_short_help_str(200)}")
    made[DOCS / "fit-rate.md"] = rate_page(MADE)
    made |= {DOCS / "examples" / name: text for name, text in fit_examples().items()}
    made[DOCS / "commands" / "README.md"] = "\n".join(index) + "\n"
    return made


def _commands(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command, Path]]:
    with click.Context(group, info_name=prefix) as context:
        for word in group.list_commands(context):
            command = group.get_command(context, word)
            if command is None or command.hidden:
                continue
            name = f"{prefix} {word}"
            yield name, command, DOCS / "commands" / f"{'-'.join(name.split()[1:])}.md"
            if isinstance(command, click.Group):
                yield from _commands(command, name)


def _command_page(name: str, command: click.Command) -> str:
    with click.Context(command, info_name=name, max_content_width=100, terminal_width=100) as context:
        text = command.get_help(context)
    return "\n".join([f"# {name}", "", MADE, "", "```", text.strip(), "```"]) + "\n"


def operations() -> str:
    """The page of all operations: Japanese text and examples from docs/operations.toml, answers computed.

    Raises LookupError when an operation of the model has no entry, or an entry no operation.
    """
    spec = tomllib.loads((DOCS / "operations.toml").read_text(encoding="utf-8"))
    tables = {name: dict(pairs) for name, pairs in spec["tables"].items()}
    classes = {_op_name(cls): cls for cls in get_args(get_args(Op)[0])}
    entries = {entry["name"]: entry for entry in spec["op"]}
    if classes.keys() != entries.keys():
        raise LookupError(f"docs/operations.toml: {sorted(classes.keys() ^ entries.keys())}")
    lines = [
        "# 演算 (operations)",
        "",
        MADE,
        "",
        "マッピングの `ops` に並べる演算のすべて。値は左から右へ渡る。空の値は `const`・`default`・`concat` などのほかは",
        "空のまま通る。例の答えは、意味の定義 (`chukan_layout/plan/reference.py`) が計算したもの。",
        "All operations for `ops` of a mapping, applied left to right. The answers are computed by their definition.",
    ]
    for name, cls in classes.items():
        lines += ["", f"## {name}", "", entries[name]["ja"], *_english(cls), "", *_fields(cls)]
        lines += ["", "| 演算 | 移行元 | 結果 |", "|---|---|---|"]
        lines += [_example(example, tables) for example in entries[name]["examples"]]
    return "\n".join(lines) + "\n"


def _op_name(cls: type[Strict]) -> str:
    return str(get_args(cls.model_fields["op"].annotation)[0])


def _english(cls: type[Strict]) -> list[str]:
    inherited = cls.__doc__ in {None, Strict.__doc__}
    text = re.sub(r":class:`(\w+)`", lambda m: m[1], cls.__doc__ or "").replace("``", "`")
    return [] if inherited else ["", " ".join(text.split())]


def _fields(cls: type[Strict]) -> list[str]:
    rows = []
    for name, field in cls.model_fields.items():
        if name != "op":
            default = "必須 (required)" if field.is_required() else f"`{_toml(field.default)}`"
            rows.append(f"- `{field.alias or name}`: {default}")
    return rows or ["引数なし (no arguments)"]


def _example(example: dict[str, Any], tables: dict[str, dict[str, str]]) -> str:
    op = OP.validate_python(example["op"])
    sources = example["in"]
    try:
        value = reference.run_ops([op], sources, tables)
        shown = f"`{value}`" if value is not None else "(空)"
    except reference.OpError as failure:
        shown = f"指摘 `{failure.kind}`"
    written = ", ".join(f"{key} = {_toml(part)}" for key, part in example["op"].items())
    given = " ".join(f"`{_visible(s)}`" for s in sources) or "なし"
    return f"| `{{ {written} }}` | {_cell(given)} | {_cell(_visible(shown))} |"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    return str(value) if isinstance(value, int) else "なし" if value is None else f'"{value}"'


def _visible(text: str) -> str:
    """User-defined characters have no glyph: their code point is shown."""
    return "".join(f"(U+{ord(c):04X})" if reference.is_private_use(c) else c for c in text) or " "


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


@click.command()
@click.option("--check", is_flag=True, help="書かずに、古い頁を挙げる (write nothing, name the stale pages)")
def main(check: bool) -> None:
    """生成する文書を書く (write the generated pages)."""
    made = pages()
    stale = [p for p, text in made.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    stale += [p for p in (DOCS / "commands").glob("*.md") if p not in made]
    if check:
        for path in stale:
            click.echo(f"古い頁: docs/{path.relative_to(DOCS)} (make docs)", err=True)
        raise SystemExit(1 if stale else 0)
    for path in stale:
        if path in made:
            path.parent.mkdir(exist_ok=True)
            path.write_text(made[path], encoding="utf-8")
        else:
            path.unlink()


if __name__ == "__main__":
    main()
