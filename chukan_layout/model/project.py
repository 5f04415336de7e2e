"""project.toml: what a migration's papers need and its data can't tell (requirements RPT-01, RPT-06, RPT-07).

Everything may be left out; what is missing is an empty box in the papers, to be filled in by hand, and never invented.
"""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Person(_Part):
    """Who signs: ``role`` is 意思決定機関, 事務局 or 業務所管課; ``area`` names a 業務 where it is of one only."""

    role: str
    name: str = ""
    post: str = ""
    area: str = ""


class Step(_Part):
    """One step of the schedule."""

    name: str
    start: date | None = None
    end: date | None = None
    who: str = ""
    note: str = ""


class Duty(_Part):
    """One line of 役割分担: marks ◎ decides, ○ does, △ helps; ``vendor_from`` and ``vendor_to`` in words."""

    work: str
    decides: str = ""
    office: str = ""
    division: str = ""
    vendor_from: str = ""
    vendor_to: str = ""


class Interface(_Part):
    """One line of 連携インターフェース一覧."""

    name: str
    items: str = ""
    partner: str = ""
    direction: str = ""
    method: str = ""
    timing: str = ""


class Project(_Part):
    """A migration: the municipality, the systems, the contract, people, steps, duties and interfaces."""

    municipality: str = ""
    population: int | None = Field(default=None, ge=0)
    title: str = ""
    system_from: str = ""
    system_to: str = ""
    vendor_from: str = ""
    vendor_to: str = ""
    contract_end: date | None = None
    cutover: date | None = None
    snapshot: date | None = None
    medium: str = ""
    cleansing: str = ""
    person: tuple[Person, ...] = ()
    step: tuple[Step, ...] = ()
    duty: tuple[Duty, ...] = ()
    interface: tuple[Interface, ...] = ()
