"""Database addresses with variables resolved and secrets hidden when printed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from skillpath.errors import BadInput

if TYPE_CHECKING:
    from sqlalchemy import URL

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_DRIVERS = {"mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql"}
"""Drivers that come with the install, where an address names none."""


@dataclass(frozen=True)
class DatabaseAddress:
    """Where a database is; `shown` holds no secret, and `url` is never printed."""

    url: URL
    shown: str
    secrets: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Address({self.shown})"

    def scrubbed(self, text: str) -> str:
        """``text`` without any secret of this address."""
        for secret in self.secrets:
            text = text.replace(secret, "(hidden)")
        return text


def resolve(template: str, source: str, environ: Mapping[str, str] | None = None) -> DatabaseAddress:
    """The address that a configuration means.

    Args:
        template: SQLAlchemy address; each ``${NAME}`` in it is a variable of the environment.
        source: name of the source, for the message.

    Raises:
        BadInput: a variable is not set, or this is no address.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    known = os.environ if environ is None else environ
    where = f"source {source}"
    missing = sorted(set(_VARIABLE.findall(template)) - known.keys())
    if missing:
        raise BadInput(f"{', '.join(missing)} is not set", where=where, todo="Set it in the environment")
    before, at, after = template.rpartition("@")
    # A user or a password may hold any character, so it is quoted; a variable elsewhere may be a whole address.
    filled = _VARIABLE.sub(lambda found: quote(known[found[1]], safe=""), before) + at
    filled += _VARIABLE.sub(lambda found: known[found[1]], after)
    try:
        url = make_url(filled)
    except (ArgumentError, ValueError):
        todo = "Write it as dialect://user:${PASSWORD}@host:port/database"
        raise BadInput("url is no database address", where=where, todo=todo) from None
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    variables = [known[name] for name in _VARIABLE.findall(before)]
    secret_values = [url.password or "", *variables, *map(str, url.query.values())]
    secrets = {form for value in secret_values if value for form in (value, quote(value, safe=""))}
    return DatabaseAddress(url, _shown(url), tuple(sorted(secrets, key=len, reverse=True)))


def _shown(url: URL) -> str:
    """Who and where; neither password nor options, which may hold keys."""
    from sqlalchemy import URL

    return URL.create(url.drivername, url.username, None, url.host, url.port, url.database).render_as_string()
