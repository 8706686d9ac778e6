"""The SQL statement for a table or query, from a watermark on."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.source_spec import SourceSpec

if TYPE_CHECKING:
    from sqlalchemy import Connection, FromClause, Select


def statement(connection: Connection, spec: SourceSpec, since: str | None, limit: int | None) -> Any:
    """A selection of all columns, its values bound.

    Raises:
        BadInput: no such table or watermark column, or ``since`` is no value of it.
    """
    from sqlalchemy import literal_column, or_, select, text

    if spec.query and since is None and limit is None:
        # As it was written, order and all.
        return text(_escaped(spec.query))
    source, key = _table(connection, spec) if spec.table else (_query(spec.query), [])
    wanted: Select[Any] = select(literal_column("*")).select_from(source)
    if since is not None and spec.watermark:
        mark = _named(connection, spec.watermark)
        # A row without a watermark cannot be known to be old.
        wanted = wanted.where(or_(mark >= _typed(connection, source, mark, since, spec), mark.is_(None)))
    for name in key:
        wanted = wanted.order_by(_named(connection, name))
    return wanted.limit(limit) if limit is not None else wanted


def _table(connection: Connection, spec: SourceSpec) -> tuple[FromClause, list[str]]:
    """The table and its key, by which rows keep their order from run to run."""
    from sqlalchemy import inspect, table

    seen = inspect(connection)
    schema, _, name = spec.table.rpartition(".")
    known = [*seen.get_table_names(schema or None), *seen.get_view_names(schema or None)]
    if name not in known:
        raise BadInput(
            f"No table {spec.table!r}", where=f"source {spec.name}", todo=f"It has {', '.join(sorted(known))}"
        )
    key = seen.get_pk_constraint(name, schema or None)["constrained_columns"] if name in known else []
    columns = [column["name"] for column in seen.get_columns(name, schema or None)]
    if spec.watermark and spec.watermark not in columns:
        raise BadInput(
            f"No column {spec.watermark!r}", where=f"table {spec.table}", todo=f"It has {', '.join(columns)}"
        )
    return table(name, schema=schema or None), key


def _query(query: str) -> FromClause:
    from sqlalchemy import text

    return text(_escaped(query)).columns().subquery("source")


def _escaped(query: str) -> str:
    """A query whose colons are its own, not the mark of a parameter."""
    return query.strip().rstrip(";").replace(":", r"\:")


def _named(connection: Connection, name: str) -> Any:
    from sqlalchemy import literal_column

    return literal_column(connection.dialect.identifier_preparer.quote_identifier(name))


def _typed(connection: Connection, source: FromClause, mark: Any, since: str, spec: SourceSpec) -> Any:
    """``since`` as a value of the watermark's own type, as one of its values shows it."""
    from sqlalchemy import select

    found: Select[Any] = select(mark).select_from(source).where(mark.is_not(None)).limit(1)
    sample = connection.execute(found).scalar()
    try:
        return _like(sample, since)
    except (ValueError, InvalidOperation):
        where, kind = f"source {spec.name}", type(sample).__name__
        what = f"The watermark {since!r} is no {kind}, which column {spec.watermark} holds"
        raise BadInput(what, where=where, todo="Use another column as watermark, or sync the source afresh") from None


def _like(sample: Any, since: str) -> Any:
    if isinstance(sample, bool | bytes):
        raise ValueError
    if isinstance(sample, datetime):
        return datetime.fromisoformat(since)
    if isinstance(sample, date):
        return datetime.fromisoformat(since).date()
    if isinstance(sample, time):
        return time.fromisoformat(since)
    if isinstance(sample, str) and since.replace(".", "", 1).isdigit():
        # As text 9 comes after 10: numbers kept as text have no order to go by.
        raise ValueError
    return type(sample)(since) if isinstance(sample, int | float | Decimal) else since
