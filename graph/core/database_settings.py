"""Settings of the database and of the managed server."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class GraphSettings:
    """The database.

    Attributes:
        uri: address of any other Neo4j (``bolt://``, ``neo4j://``, ``neo4j+s://``); empty for the managed one.
        user, password, database: how to log in there; the managed server generates its own password.
        home: folder of the managed server: data, logs, password (0600), remembered port.
        heap, pagecache: its memory, as Java writes it.
        start_timeout, stop_timeout: seconds to wait for it.
    """

    uri: str = ""
    user: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str = "neo4j"
    home: Path = Path(".skillpath/neo4j")
    heap: str = "1g"
    pagecache: str = "1536m"
    start_timeout: float = 60.0
    stop_timeout: float = 60.0


@dataclass(frozen=True)
class Address:
    """Where a server is and who we are there; ``pid`` of the managed one."""

    uri: str
    user: str
    password: str = field(repr=False)
    pid: int | None = None
