"""Types of options that are checked when the command line is read."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from chukan_layout.database.place import Place


class AsOf(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.4 only
    """基準日: a day as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} は YYYY-MM-DD の日付ではありません (not a date YYYY-MM-DD)", param, ctx)


class TimeBudget(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.4 only
    """A length of time in hours, minutes, seconds: ``10h``, ``1h30m``, ``45s``; seconds as a whole number."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        parts = re.fullmatch(r"(?:([0-9]{1,4})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,6})s)?", value)
        hours, minutes, seconds = (int(part or 0) for part in parts.groups()) if parts else (0, 0, 0)
        if not hours and not minutes and not seconds:
            self.fail(f"{value} は 10h、1h30m、45s のような長さではありません (not a time such as 10h, 1h30m, 45s)", param, ctx)
        return hours * 3600 + minutes * 60 + seconds


class Municipality(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.4 only
    """全国地方公共団体コード: five digits, or six with the check digit."""

    name = "code"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        code = str(value)
        if not re.fullmatch(r"[0-9]{5,6}", code):
            self.fail(f"{code} は5桁か6桁の数字ではありません (not 5 or 6 digits)", param, ctx)
        if len(code) == 6 and not self._checked(code):
            self.fail(f"{code} は検査数字が合いません (the check digit does not fit)", param, ctx)
        return code

    def _checked(self, code: str) -> bool:
        from chukan_layout.plan.reference import check_digit_ok

        return check_digit_ok("dantai", code)


class Source(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.4 only
    """A file, a folder, or a database (``duckdb:FILE``, ``postgresql://…``)."""

    name = "source"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | Place:
        if not isinstance(value, str):
            found: Path | Place = value
            return found
        from chukan_layout.database.place import place_of

        return place_of(value) or Path(value)


SOURCE = Source()
AS_OF = AsOf()
MUNICIPALITY = Municipality()
