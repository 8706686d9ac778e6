"""The sync's store for an empty database, which keeps rows on disk until the import."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from skillpath.graph.core.bulk import Counts
from skillpath.graph.core.connection import Graph, Progress
from skillpath.graph.core.sources import KNOWN_SCHEMA, SIGNATURE_SCHEMA, TERM_SCHEMA, SourceNode, SourceState, Store

CONTRACT_OF = {"student": "students", "resource": "resources", "job": "jobs", "project": "projects"}


@dataclass(frozen=True)
class SourceRows:
    """The rows of one source.

    Attributes:
        path: where they lie.
        keys: (code, content, hash, removed, corrected) of each.
        mark: watermark of the last one; empty where the source has none.
    """

    source: str
    contract: str
    path: Path
    keys: pl.DataFrame
    mark: str

    def rows(self) -> pl.DataFrame:
        """All of them."""
        return pl.read_ipc(self.path)


@dataclass(frozen=True)
class Finished:
    """What a source says at its end."""

    source: str
    contract: str
    state: SourceState
    watermark: str


class OfflineStore(Store):
    """Collects what a sync writes; the graph holds no records yet, so that only collected ones are known.

    Args:
        folder: for the rows, cleared at the start.
    """

    def __init__(self, graph: Graph, run: str, folder: Path, *, synthetic: bool = False) -> None:
        super().__init__(graph, run, synthetic=synthetic)
        self.folder = folder
        self.parts: list[SourceRows] = []
        self.term_rows: dict[str, pl.DataFrame] = {}
        self.repeats: list[pl.DataFrame] = []
        self.finished: list[Finished] = []
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def writer(self, source: str, contract: str) -> OfflineWriter:  # type: ignore[override]
        """What collects the records of one source."""
        return OfflineWriter(self, source, contract)

    def node(self, source: str) -> SourceNode:
        """What this load finished of a source; what the graph says of sources it holds nothing of is not believed."""
        states = [f for f in self.finished if f.source == source]
        return SourceNode(states[-1].state, states[-1].watermark, True) if states else SourceNode()

    def records(self, contract: str, source: str) -> pl.DataFrame:
        """As `Store.records`."""
        keys = [part.keys for part in self.parts if (part.contract, part.source) == (contract, source)]
        return pl.concat([pl.DataFrame(schema=KNOWN_SCHEMA), *keys])

    def terms(self, source: str) -> pl.DataFrame:
        """As `Store.terms`."""
        rows = self.term_rows.get(source)
        return pl.DataFrame(schema=TERM_SCHEMA) if rows is None else rows.select(TERM_SCHEMA.keys())

    def signatures(self, source: str) -> pl.DataFrame:
        """As `Store.signatures`."""
        schema: Any = SIGNATURE_SCHEMA
        found = [pl.DataFrame(schema=schema)]
        for part in self.parts:
            if (part.contract, part.source) == ("jobs", source):
                fields_of_column = {"posted_at": "postedAt", "signature": "signature"}
                fields = {name: pl.col("properties").struct.field(field) for name, field in fields_of_column.items()}
                rows = part.rows().select("code", "employer", "region", **fields).join(
                    self.originals, on="code", how="left", maintain_order="left"
                )  # fmt: skip
                found.append(rows.select(SIGNATURE_SCHEMA.keys()).cast(schema))
        return pl.concat(found)

    @property
    def originals(self) -> pl.DataFrame:
        """(code, original) of postings, the last value of each."""
        repeats = [pl.DataFrame(schema={"code": pl.String, "original": pl.String})]
        repeats += [rows.select("code", pl.col("original").cast(pl.String)) for rows in self.repeats]
        return pl.concat(repeats).unique("code", keep="last", maintain_order=True)

    def known(self, what: str, codes: pl.Series) -> pl.Series:
        """As `Store.known`."""
        if what not in CONTRACT_OF:
            return super().known(what, codes)
        wanted = codes.drop_nulls().unique().sort()
        return wanted.filter(wanted.is_in(self._keys(CONTRACT_OF[what])["code"].implode()))

    def owned_elsewhere(self, contract: str, source: str, codes: pl.Series) -> pl.DataFrame:
        """As `Store.owned_elsewhere`."""
        others = self._keys(contract).filter(pl.col("owner") != source)
        return others.filter(pl.col("code").is_in(codes.implode())).select("code", "owner")

    def _keys(self, contract: str) -> pl.DataFrame:
        empty = pl.DataFrame(schema={"code": pl.String, "owner": pl.String})
        parts = [part for part in self.parts if part.contract == contract]
        return pl.concat([empty, *(part.keys.select("code", owner=pl.lit(part.source)) for part in parts)])


@dataclass(frozen=True)
class OfflineWriter:
    """Collects the records of one source; each method as in `sources.Writer`."""

    store: OfflineStore
    source: str
    contract: str

    def records(self, rows: pl.DataFrame, progress: Progress | None = None) -> Counts:
        """Keep rows; all of them are new."""
        path = self.store.folder / f"{len(self.store.parts)}.arrow"
        rows.drop("mark").write_ipc(path, compression="lz4")
        corrected = pl.col("properties").struct.field("corrected").cast(pl.Boolean)
        keys = rows.select("code", "content", "hash", removed=pl.lit(False), corrected=corrected)
        mark = str(rows["mark"][-1] or "") if rows.height else ""
        self.store.parts.append(SourceRows(self.source, self.contract, path, keys, mark))
        if progress:
            progress(rows.height, rows.height)
        return Counts(rows.height)

    def terms(self, rows: pl.DataFrame) -> None:
        """Keep terms."""
        before = self.store.term_rows.get(self.source)
        both = rows if before is None else pl.concat([before, rows]).unique("code", keep="last", maintain_order=True)
        self.store.term_rows[self.source] = both

    def remove(self, codes: pl.Series) -> int:
        """Nothing was there before, so that nothing can have vanished."""
        return 0

    def reposts(self, rows: pl.DataFrame) -> None:
        """Keep which postings repeat which."""
        self.store.repeats.append(rows)

    def finish(self, state: SourceState, watermark: str) -> None:
        """The source was read to its end."""
        marks = [part.mark for part in self.store.parts if part.source == self.source and part.mark]
        last = watermark or (marks[-1] if marks else "")
        self.store.finished.append(Finished(self.source, self.contract, state, last))
