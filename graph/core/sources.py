"""The sync's store: known records, batched writes with their watermark, tombstones."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from skillpath.cypher import Query, query
from skillpath.graph.core.bulk import Counts, known, log_batch
from skillpath.graph.core.connection import Graph, Progress, Transaction

NODES = ("jobs", "resources", "projects", "students")
RECORDS = (*NODES, "enrolments", "events", "feedback", "participation")
UPSERTS = {name: query(f"{name}/upsert_{name}", "rows", "source", "synthetic") for name in NODES} | {
    name: query(f"students/upsert_{name}", "rows", "source") for name in RECORDS if name not in NODES
}
UPSERT_TERMS = query("terms/upsert_terms", "rows", "source")
COUNT_MENTIONS = query("terms/count_term_mentions", "source")
LINK_ORDER = query("resources/link_order")
KNOWN_TERMS = query("terms/known_terms", "source")
KNOWN = {name: query(f"sources/known_{name}", "source") for name in RECORDS}
OWNERS = {name: query(f"sources/owners_of_{name}", "codes", "source") for name in RECORDS}
REMOVE = {name: query(f"sources/remove_{name}", "codes", "source") for name in RECORDS}
READ = query("sources/read_source", "source")
MARK = query("sources/mark_source", "source", "contract", "watermark", "run")
FINISH = query("sources/finish_source", "source", "state", "run")
DUE = query("sources/due_sources")
DEMAND_DONE = query("sources/demand_done", "codes")
SIGNATURES = query("jobs/read_signatures", "source")
SET_REPOSTS = query("jobs/set_reposts", "rows")
KNOWN_SCHEMA = {
    "code": pl.String,
    "content": pl.String,
    "hash": pl.String,
    "removed": pl.Boolean,
    "corrected": pl.Boolean,
}
TERM_SCHEMA = {"code": pl.String, "text": pl.String, "hash": pl.String, "skill": pl.String}
SIGNATURE_SCHEMA = {
    "code": pl.String,
    "employer": pl.String,
    "region": pl.String,
    "posted_at": pl.Date,
    "signature": pl.List(pl.Int64),
    "original": pl.String,
}


@dataclass(frozen=True)
class SourceState:
    """What a finished sync of a source leaves behind.

    Attributes:
        fingerprint: of everything but the rows that decides what becomes of them.
        input: digest of the file as it was read; empty where that cannot be told.
        rows, quarantined, not_selected: rows of the source, those turned away and those not wanted.
        records: live records.
        waiting: rows turned away only because what they refer to was not there.
        keyless: rows turned away of which nobody knows which records they were.
    """

    fingerprint: str = ""
    input: str = ""
    records: int = 0
    rows: int = 0
    quarantined: int = 0
    not_selected: int = 0
    waiting: int = 0
    keyless: int = 0


@dataclass(frozen=True)
class SourceNode:
    """A source as the graph knows it; ``complete`` unless its last sync did not get to the end."""

    state: SourceState = SourceState()
    watermark: str = ""
    complete: bool = False


class Store:
    """Reads what the graph knows of sources, and gives writers for them; the online path.

    Args:
        run: id of the sync that writes.
    """

    def __init__(self, graph: Graph, run: str, *, synthetic: bool = False) -> None:
        self.graph, self.run, self.synthetic = graph, run, synthetic

    def writer(self, source: str, contract: str) -> Writer:
        """What writes the records of one source."""
        return Writer(self.graph, source, contract, self.run, self.synthetic)

    def node(self, source: str) -> SourceNode:
        """What the last sync of a source left."""
        rows = self.graph.read(READ, source=source)
        if not rows:
            return SourceNode()
        row = rows[0]
        stored = {name: row["state"].get(name) for name in asdict(SourceState())}
        state = SourceState(**{name: value for name, value in stored.items() if value is not None})
        return SourceNode(state, row["state"].get("watermark", ""), bool(row["state"].get("complete")))

    def records(self, contract: str, source: str) -> pl.DataFrame:
        """(code, content, hash, removed, corrected) of every record of a source, tombstones too."""
        return self.graph.frame(KNOWN[contract], KNOWN_SCHEMA, source=source)

    def terms(self, source: str) -> pl.DataFrame:
        """(code, text, hash, skill) of a source's terms."""
        return self.graph.frame(KNOWN_TERMS, TERM_SCHEMA, source=source)

    def signatures(self, source: str) -> pl.DataFrame:
        """(code, employer, region, posted_at, signature, original) of a source's postings."""
        read = {**SIGNATURE_SCHEMA, "posted_at": pl.String}
        return self.graph.frame(SIGNATURES, read, source=source).with_columns(pl.col("posted_at").str.to_date())

    def known(self, what: str, codes: pl.Series) -> pl.Series:
        """Those of ``codes`` that the graph holds; ``what`` as in `bulk.known`."""
        return known(self.graph, what, codes)

    def owned_elsewhere(self, contract: str, source: str, codes: pl.Series) -> pl.DataFrame:
        """(code, owner) of those codes that a live record of another source has."""
        found: list[tuple[str, str]] = []
        for batch in codes.to_frame("code").iter_slices(self.graph.settings.batch):
            rows = self.graph.read(OWNERS[contract], codes=batch["code"].to_list(), source=source)
            found += [(row["code"], row["source"]) for row in rows]
        return pl.DataFrame(found, schema={"code": pl.String, "owner": pl.String}, orient="row")

    def demand_due(self) -> list[str]:
        """Sources whose jobs changed since the demand series was last made."""
        return [row["code"] for row in self.graph.read(DUE)]

    def demand_done(self, sources: list[str]) -> None:
        """The demand series holds what these sources say."""
        self.graph.write(DEMAND_DONE, codes=sources)


@dataclass(frozen=True)
class Writer:
    """Writes the records of one source under one run."""

    graph: Graph
    source: str
    contract: str
    run: str
    synthetic: bool = False

    def records(self, rows: pl.DataFrame, progress: Progress | None = None) -> Counts:
        """Upsert ``rows`` (with ``mark``, their watermark) batch by batch; each is one transaction with its mark.

        Rows must be sorted by ``mark``, so that what is left after a kill lies behind the last one written.
        """
        statement = UPSERTS[self.contract]
        parameters: dict[str, Any] = {"synthetic": self.synthetic} if self.contract in NODES else {}
        settings = self.graph.settings
        total, done = Counts(), 0
        for batch in rows.iter_slices(settings.records if self.contract in NODES else settings.batch):
            dicts = batch.drop("mark").to_dicts()
            result = self._marked(statement, str(batch["mark"][-1] or ""), rows=dicts, **parameters)[0]
            fresh, changed = result["inserted"], result["updated"]
            total += Counts(fresh, changed, batch.height - fresh - changed)
            done += batch.height
            if progress:
                progress(done, rows.height)
        return total

    def terms(self, rows: pl.DataFrame) -> None:
        """Upsert terms; they come before the records that mention them."""
        for batch in rows.iter_slices(self.graph.settings.batch):
            self._marked(UPSERT_TERMS, "", rows=batch.to_dicts())

    def remove(self, codes: pl.Series) -> int:
        """Put tombstones on records; how many that were."""
        removed = 0
        for batch in codes.sort().to_frame("code").iter_slices(self.graph.settings.batch):
            removed += self._marked(REMOVE[self.contract], "", codes=batch["code"].to_list())[0]["removed"]
        return removed

    def reposts(self, rows: pl.DataFrame) -> None:
        """Set (code, original, similarity, method); a null original says that a posting repeats none."""
        for batch in rows.iter_slices(self.graph.settings.batch):
            self._marked(SET_REPOSTS, "", rows=batch.to_dicts(), own_source=False)

    def finish(self, state: SourceState, watermark: str) -> None:
        """The source was read to its end."""
        self.graph.write(COUNT_MENTIONS, source=self.source)
        if self.contract == "resources":
            self.graph.write(LINK_ORDER)
        stored = asdict(state) | ({"watermark": watermark} if watermark else {})
        self.graph.write(FINISH, source=self.source, state=stored, run=self.run)

    def _marked(
        self, statement: Query, watermark: str, *, own_source: bool = True, **parameters: Any
    ) -> list[dict[str, Any]]:
        """Run a statement and move the source's mark, whole or not at all."""
        own = {"source": self.source} if own_source else {}

        def work(tx: Transaction) -> list[dict[str, Any]]:
            rows = tx.run(statement, **own, **parameters)
            mark = {"contract": self.contract, "watermark": watermark or None, "run": self.run}
            tx.run(MARK, source=self.source, **mark)
            return rows

        started = time.monotonic()
        done = self.graph.transact(work)
        log_batch(statement, len(parameters.get("rows", parameters.get("codes", ()))), started, run=self.run)
        return done
