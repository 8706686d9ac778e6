"""Tables and queries of any database that SQLAlchemy knows, read in one transaction and in chunks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.reading.address import DatabaseAddress, resolve
from skillpath.pipeline.ingest.reading.column_types import column, together
from skillpath.pipeline.ingest.reading.statement import statement
from skillpath.pipeline.ingest.reading.table import Table, check_header, numbered
from skillpath.pipeline.ingest.source_spec import SourceSpec

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult


@dataclass(frozen=True)
class DatabaseSettings:
    """How a database is read.

    Attributes:
        chunk: rows fetched at a time.
        connect_timeout: seconds until a server that does not answer is given up.
        read_timeout: seconds of silence in the middle of a read after which it is given up.
    """

    chunk: int = 10_000
    connect_timeout: int = 10
    read_timeout: int = 300


def read_database(
    spec: SourceSpec, since: str | None, limit: int | None, settings: DatabaseSettings | None = None
) -> Table:
    """The rows of ``spec.table`` or ``spec.query`` as they stand at one moment; lines are row numbers.

    Args:
        since: only rows whose watermark is not below this one, or that have none.
        limit: at most so many rows.

    Raises:
        BadInput: no such database, table, column or right, or the connection was lost; nothing is kept then.
    """
    chosen = settings or DatabaseSettings()
    address = resolve(spec.url, spec.name)
    file = f"{address.shown}#{spec.table or 'query'}"
    with _connected(address, chosen) as connection:
        with _database_error(address, file, "Check table, query and rights"):
            wanted = statement(connection, spec, since, limit)
            # One statement, so one moment; the server is asked for its rows chunk by chunk.
            streamed = connection.execution_options(stream_results=True, max_row_buffer=chosen.chunk)
            result = streamed.execute(wanted)
        with _abandoned(result), _database_error(address, file, "Run it again; nothing was taken"):
            names = list(result.keys())
            check_header(names, file)
            return numbered(file, _frame(result, names, chosen.chunk))


@contextmanager
def _abandoned(result: CursorResult[Any]) -> Iterator[None]:
    """On any error, keep the driver from reading the rest of a stream that is not wanted or not there any more."""
    unread: Any = getattr(result.cursor, "_result", None)
    try:
        yield
    except BaseException:
        if getattr(unread, "unbuffered_active", False):
            unread.unbuffered_active = False
        raise


def _frame(result: CursorResult[Any], names: list[str], chunk: int) -> pl.DataFrame:
    parts = [
        pl.DataFrame([column(name, values) for name, values in zip(names, zip(*rows, strict=True), strict=True)])
        for rows in result.partitions(chunk)
    ]
    return together(parts) if parts else pl.DataFrame(schema=dict.fromkeys(names, pl.String))


@contextmanager
def _connected(address: DatabaseAddress, settings: DatabaseSettings) -> Iterator[Connection]:
    """A read-only transaction that sees one moment; the connection is closed hard if anything goes wrong."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import NoSuchModuleError
    from sqlalchemy.pool import NullPool

    try:
        engine = create_engine(address.url, poolclass=NullPool, connect_args=_arguments(address, settings))
    except (NoSuchModuleError, ImportError, TypeError) as error:
        what = f"No driver for {address.url.drivername}: {address.scrubbed(str(error))}"
        raise BadInput(what, where=address.shown, todo="Install it beside skillpath") from None
    with _database_error(address, address.shown, "Check address, user, password and whether the database runs"):
        connection = engine.connect()
    try:
        # The isolation level is set through the driver itself, whose errors are not those of SQLAlchemy.
        driver: type[Exception] = engine.dialect.loaded_dbapi.Error
        with _database_error(address, address.shown, "Check the database", driver):
            _begin(connection)
        yield connection
    except BaseException:
        # A half-read stream would be read to its end by a polite close.
        connection.invalidate()
        raise
    finally:
        connection.close()


def _begin(connection: Connection) -> None:
    from sqlalchemy import text

    if connection.dialect.name in ("mysql", "mariadb"):
        connection.execution_options(isolation_level="REPEATABLE READ")
        connection.execute(text("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"))
    elif connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _arguments(address: DatabaseAddress, settings: DatabaseSettings) -> dict[str, Any]:
    if not address.url.drivername.endswith("+pymysql"):
        return {}
    given: dict[str, Any] = {"connect_timeout": settings.connect_timeout, "read_timeout": settings.read_timeout}
    # The driver would encode it as Latin-1, which no server expects.
    return given | ({"password": str(address.url.password).encode()} if address.url.password else {})


@contextmanager
def _database_error(
    address: DatabaseAddress, where: str, todo: str, driver: type[Exception] = OSError
) -> Iterator[None]:
    """What the database says as one sentence without secrets; statement and parameters are left out.

    Args:
        driver: errors of the driver itself, where it is called directly.
    """
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    try:
        yield
    except (SQLAlchemyError, OSError, driver) as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        message = str(cause.args[-1] if cause.args else cause).strip().splitlines() or [type(cause).__name__]
        what = f"The database says: {address.scrubbed(message[0]).rstrip('.')}"
        raise BadInput(what, where=where, todo=todo) from None
