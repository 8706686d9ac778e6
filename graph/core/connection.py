"""A pooled connection to one database: named queries, rows or frames, driver errors translated."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from skillpath.cypher import Query, QueryError
from skillpath.errors import SkillpathError, Unavailable

if TYPE_CHECKING:
    import polars as pl
    from neo4j import Driver, Session

    from skillpath.graph.core.database_settings import Address

__all__ = [
    "ConnectionSettings",
    "Graph",
    "Progress",
    "Query",
    "Row",
    "Transaction",
    "check_parameters",
    "translate_driver_errors",
]

Row = dict[str, Any]
T = TypeVar("T")
Progress = Callable[[int, int], None]
FIRST_WAIT = 0.5
"""Seconds before a stream is begun again after a transient failure; doubled each time."""


@dataclass(frozen=True)
class ConnectionSettings:
    """How we talk to the database.

    Attributes:
        batch: rows in one ``UNWIND`` transaction.
        records: rows there, where each brings a dozen relationships of its own.
        fetch: rows fetched at a time when streaming.
        acquire_timeout: seconds to wait for a free connection.
        retry_time: seconds a transaction is retried after a transient failure.
    """

    batch: int = 5_000
    records: int = 1_000
    fetch: int = 10_000
    acquire_timeout: float = 20.0
    retry_time: float = 15.0


@dataclass(frozen=True)
class PoolCounts:
    """Open connections to the server: busy ones and those that wait for work."""

    in_use: int
    idle: int


@contextmanager
def translate_driver_errors(where: str) -> Iterator[None]:
    """Translate the driver's exceptions to errors with a sentence and what to do."""
    from neo4j.exceptions import AuthError, ClientError, DriverError, Neo4jError, ServiceUnavailable

    try:
        yield
    except AuthError as error:
        raise Unavailable(
            "Neo4j refused the user name or password",
            where=where,
            todo="Check SKILLPATH_NEO4J_USER and SKILLPATH_NEO4J_PASSWORD",
        ) from error
    except ServiceUnavailable as error:
        raise Unavailable(
            "Neo4j does not answer", where=where, todo="Run `skillpath status`, then `skillpath up`"
        ) from error
    except ClientError as error:
        todo = "Run `skillpath migrate`" if "no such" in str(error.message).lower() else ""
        raise SkillpathError(f"Neo4j refused the query: {error.message}", where=where, todo=todo) from error
    except (Neo4jError, DriverError) as error:
        raise Unavailable(f"Neo4j failed: {error}", where=where, todo="Run `skillpath doctor`") from error


class Transaction:
    """Named queries within one transaction; made by `Graph.transact`."""

    def __init__(self, tx: Any) -> None:
        self._tx = tx

    def run(self, query: Query, **parameters: Any) -> list[Row]:
        """All rows of a query."""
        check_parameters(query, parameters)
        result = self._tx.run(query.text, parameters)
        # As in `Graph.stream`: data() copies every nested value, which a merge has thousands of.
        return [dict(zip(result.keys(), tuple(record), strict=True)) for record in result]


def check_parameters(query: Query, parameters: Row) -> None:
    """Raise unless a query gets exactly its parameters."""
    if query.parameters != parameters.keys():
        raise QueryError(f"Wants {sorted(query.parameters)}, got {sorted(parameters)}", where=query.name)


class Graph:
    """A pool of connections to one database; safe to share between threads.

    Args:
        address: where the server is and who we are.
        database: name of the database.
    """

    def __init__(self, address: Address, database: str = "neo4j", settings: ConnectionSettings | None = None) -> None:
        from neo4j import GraphDatabase, NotificationMinimumSeverity

        self.address, self.database = address, database
        self.settings = settings or ConnectionSettings()
        # In a cluster reads go to whoever follows, and must wait there for what was written before; a single server has
        # it at once, and would wait in vain for bookmarks of a store that was replaced meanwhile.
        self._bookmarks = GraphDatabase.bookmark_manager() if address.uri.startswith("neo4j") else None
        with translate_driver_errors(address.uri):
            self.driver: Driver = GraphDatabase.driver(
                address.uri,
                auth=(address.user, address.password),
                # An empty graph makes the server warn about every label it has not seen yet.
                notifications_min_severity=NotificationMinimumSeverity.OFF,
                connection_acquisition_timeout=self.settings.acquire_timeout,
                max_transaction_retry_time=self.settings.retry_time,
            )

    def __enter__(self) -> Graph:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self.driver.close()

    def verify(self) -> None:
        """Raise a sentence unless the server answers and lets us in."""
        with translate_driver_errors(self.address.uri):
            self.driver.verify_connectivity()

    def pool(self) -> PoolCounts | None:
        """How many connections are open; None where this version of the driver does not tell."""
        # The driver has no public way to ask.
        pool: Any = getattr(self.driver, "_pool", None)
        try:
            with pool.lock:
                used = [connection.in_use for each in pool.connections.values() for connection in each]
        except AttributeError:
            return None
        return PoolCounts(in_use=sum(used), idle=len(used) - sum(used))

    def read(self, query: Query, **parameters: Any) -> list[Row]:
        """All rows of a query that reads, retried on transient failures."""
        return self._run(query, parameters, write=False)

    def write(self, query: Query, **parameters: Any) -> list[Row]:
        """Run a query that writes in one transaction of its own; its rows."""
        return self._run(query, parameters, write=True)

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Do ``work`` in one transaction that writes, whole or not at all; retried on transient failures."""
        with translate_driver_errors(self.address.uri), self._session() as session:
            return session.execute_write(lambda tx: work(Transaction(tx)))

    def frame(self, query: Query, schema: Any, **parameters: Any) -> pl.DataFrame:
        """Rows of a query that reads as a frame of the given polars schema, columns in its order; retried as `read`."""
        import polars as pl

        def work(tx: Any) -> list[list[Any]]:
            return cast(list[list[Any]], tx.run(query.text, parameters).values(*schema))

        check_parameters(query, parameters)
        with translate_driver_errors(query.name), self._session() as session:
            return pl.DataFrame(session.execute_read(work), schema=schema, orient="row")

    def stream(self, query: Query, **parameters: Any) -> Iterator[Row]:
        """Rows of a query that reads, one at a time, never all in memory.

        A transient failure is retried until the first row is handed out. What comes later is raised: rows that
        somebody already has cannot be taken back, and a second answer may hold others in another order. The server
        has decided by then what it reads, and reading on takes no locks, so failures come almost always before.
        """
        check_parameters(query, parameters)
        with translate_driver_errors(query.name), ExitStack() as stack:
            result = self._begun(stack, query, parameters)
            for record in result:
                # record.data() copies every nested value once more, which costs more than fetching it.
                yield dict(zip(result.keys(), tuple(record), strict=True))

    def explain(self, query: Query) -> Any:
        """The plan the server would use, with every parameter left null; retried as `read`."""

        def work(tx: Any) -> Any:
            return tx.run("EXPLAIN " + query.text, dict.fromkeys(query.parameters)).consume().plan

        with translate_driver_errors(query.name), self._session() as session:
            return session.execute_read(work)

    def _run(self, query: Query, parameters: Row, *, write: bool) -> list[Row]:
        check_parameters(query, parameters)

        def work(tx: Any) -> list[Row]:
            return cast(list[Row], tx.run(query.text, parameters).data())

        with translate_driver_errors(query.name), self._session() as session:
            return session.execute_write(work) if write else session.execute_read(work)

    def _session(self) -> Session:
        """A session whose transactions read unless they are asked to write."""
        return self.driver.session(
            database=self.database,
            default_access_mode="READ",
            fetch_size=self.settings.fetch,
            bookmark_manager=self._bookmarks,
        )

    def _begun(self, stack: ExitStack, query: Query, parameters: Row) -> Any:
        """The result of a query whose first rows have come, open until ``stack`` is closed.

        The driver's own retries end with the function that they call, and with it the transaction; so this is theirs
        once more, for a transaction that stays open.
        """
        from neo4j.exceptions import DriverError, Neo4jError

        end, wait = time.monotonic() + self.settings.retry_time, FIRST_WAIT
        while True:
            try:
                with ExitStack() as attempt:
                    session = attempt.enter_context(self._session())
                    result = attempt.enter_context(session.begin_transaction()).run(query.text, parameters)
                    result.peek()
                    stack.push(attempt.pop_all())
                    return result
            except (Neo4jError, DriverError) as error:
                if not error.is_retryable() or time.monotonic() > end:
                    raise
            time.sleep(wait)
            wait *= 2
