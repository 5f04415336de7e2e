"""Where a database is, as the user names it: ``duckdb:FILE`` or ``postgresql://…``.

What is not of the plain form is refused rather than guessed at: a password with an ``@`` or ``/`` in it, taken for a host
or a name, would be shown.  Nothing here opens anything.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from chukan_layout.model.refusal import Refused

DUCKDB, POSTGRESQL = "duckdb:", ("postgresql://", "postgres://")
#: Parameters of a URL that are taken.  ``hostaddr`` and ``service`` would lead elsewhere than the URL says.
PARAMETERS = frozenset(
    ("host", "port", "user", "password", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey", "passfile", "connect_timeout")
)
_URL = re.compile(
    r"postgres(?:ql)?://"
    r"(?:(?P<user>[^:@/?#]*)(?::(?P<password>[^@/?#]*))?@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:@/?#,\[\]]*)(?::(?P<port>[0-9]{1,5}))?"
    r"(?:/(?P<dbname>[^/?#@]*))?"
    r"(?:\?(?P<more>[^#]*))?"
)
#: Encryption of the way to another machine when the URL says nothing of it.
REMOTE_SSLMODE = "require"


#: What a database of a server has for a file: nothing that is there.
NO_FILE = Path("/dev/null/postgresql")


class DatabaseRefused(Refused):
    """The database cannot be read or written; the texts say why and what to do, and hold no secret."""


@dataclass(frozen=True)
class Place:
    """One database.  ``name`` is by what it is reported: no password, user or host is in it.

    ``file`` is that of DuckDB; ``settings`` are the words for libpq, the password among them.
    """

    kind: Literal["duckdb", "postgresql"]
    name: str
    file: Path = NO_FILE
    settings: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def folder(self) -> str:
        """What its tables are reported below; the ending tells that they are of a database."""
        ending = f".{self.kind}"
        return self.name if self.name.endswith(ending) else self.name + ending

    @property
    def remote(self) -> bool:
        """Whether it is on another machine."""
        return self.kind == "postgresql" and not is_local(dict(self.settings).get("host", ""))


def place_of(text: str) -> Place | None:
    """The database that ``text`` names, None when it names none.

    Raises DatabaseRefused when a URL is not of the form that is understood; the text is not repeated.
    """
    if text.startswith(DUCKDB):
        path = Path(text.removeprefix(DUCKDB))
        if not path.name:
            raise DatabaseRefused("duckdb: の後にファイルの名前を書いてください。", "name a file after duckdb:")
        return Place("duckdb", path.name, path)
    if text.startswith(POSTGRESQL):
        return _of_url(text)
    if "://" in text:
        raise DatabaseRefused(
            "URL は postgresql:// だけです。ほかのデータベースは duckdb:FILE です。",
            "the only URLs are postgresql://; the other databases are duckdb:FILE",
        )
    return None


def _of_url(text: str) -> Place:
    found = _URL.fullmatch(text)
    if found is None:
        raise _no_form()
    told = {k: unquote(v) for k, v in found.groupdict().items() if v and k != "more"}
    if "host" in told:
        told["host"] = told["host"].strip("[]")
    for word in filter(None, (found["more"] or "").split("&")):
        key, equals, value = word.partition("=")
        if not equals or key not in PARAMETERS:
            raise DatabaseRefused(
                "postgresql:// の ? の後に使えるのは次だけです: " + "、".join(sorted(PARAMETERS)),
                "after ? postgresql:// takes only: " + ", ".join(sorted(PARAMETERS)),
            )
        told[key] = unquote(value)
    if any("\0" in v for v in told.values()) or "," in told.get("host", ""):
        raise _no_form()
    if not is_local(told.get("host", "")):
        told.setdefault("sslmode", REMOTE_SSLMODE)
    name = told.get("dbname", "")
    shown = name if re.fullmatch(r"[\w.-]+", name) and not name.startswith(".") else "database"
    return Place("postgresql", shown, settings=tuple(told.items()))


def _no_form() -> DatabaseRefused:
    return DatabaseRefused(
        "URL の形が違います。postgresql://利用者@ホスト:ポート/データベース です。パスワードは PGPASSWORD か ~/.pgpass に置くか、"
        "記号を %XX にして書いてください。",
        "the URL is not of the form postgresql://user@host:port/database; keep the password in PGPASSWORD or ~/.pgpass, or "
        "write its signs as %XX",
    )


def is_local(host: str) -> bool:
    """Whether a host of libpq is this machine: nothing, the folder of a socket, or loopback."""
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
