"""データ消去記録: what was erased, by whom, when (requirement SEC-05)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Erased(BaseModel):
    """One file as it was; ``sha256`` is blank for a link, of which only the link goes."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    path: str
    bytes: int
    sha256: str


class ErasureRecord(BaseModel):
    """``by`` is the person who answers for it, ``user`` the account that ran the command; no ``finished``: interrupted."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    schema_version: str = "1"
    tool_version: str
    folder: str
    by: str
    user: str
    reason: str = ""
    method: str = "0で1回上書きし、書き込みを確定してから削除 (overwritten once with zeros, flushed, removed)"
    limits: str = (
        "ファイルシステムの履歴、SSDの予備領域、複製やバックアップは対象外。媒体の消去はこの記録では証明しない "
        "(journals, spare blocks of an SSD, copies and backups are not covered; this is no certificate for the medium)"
    )
    started: str
    finished: str = ""
    files: list[Erased] = []
