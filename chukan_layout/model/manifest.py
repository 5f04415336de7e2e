"""The manifest of a run: who, when, what version, which bytes (requirements SEC-04, SEC-06)."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class FileHash(BaseModel):
    """``header``: of an input with rejected records, its bytes before the first record in hexadecimal, for ``replay``."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    path: str
    bytes: int
    sha256: str
    header: str | None = None


class Manifest(BaseModel):
    """``revealed`` says that values were shown unmasked."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    schema_version: str = "1"
    tool_version: str
    command: str
    user: str
    started: str
    finished: str
    layout_version: str
    layout_sha256: str
    mapping: str = ""
    mapping_sha256: str = ""
    jobs: int
    engine: str = "local"
    revealed: bool = False
    #: Seconds that the run was to take at most and whether it did (requirement PRF-03); None where nobody said so.
    time_budget: int | None = None
    within_budget: bool | None = None
    #: The run whose rejected records this one converted again: name and SHA-256 of its manifest.
    replayed: str = ""
    inputs: list[FileHash] = []
    outputs: list[FileHash] = []

    @property
    def seconds(self) -> int:
        """How long the run took, in whole seconds."""
        return seconds_between(self.started, self.finished)


def seconds_between(started: str, finished: str) -> int:
    """Whole seconds from one time (ISO 8601) to a later one."""
    return round((datetime.fromisoformat(finished) - datetime.fromisoformat(started)).total_seconds())
