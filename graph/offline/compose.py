"""Conversion of sync rows to nodes and relationships for Neo4j's importer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from skillpath.graph.offline.importer_files import END, ID, LABELS, START, ImportFiles
from skillpath.graph.offline.numbers import Numbers
from skillpath.graph.offline.shapes import EDGE_SHAPES, NODE_SHAPES, LinkShape

CLOCK = {"updatedAt": "datetime", "at": "datetime"}


@dataclass(frozen=True)
class Composer:
    """Turns rows into files.

    Attributes:
        written: when, in UTC; the statements of the online path take the server's clock.
        synthetic: what records say of themselves.
    """

    files: ImportFiles
    numbers: Numbers
    written: datetime
    synthetic: bool

    def terms(self, source: str, rows: pl.DataFrame) -> None:
        """Terms with their mapping and candidates, as ``upsert_terms`` makes them of terms that are not there yet."""
        nodes = self.numbers.new("Term", rows["code"])
        rows = rows.with_columns(nodes["number"].alias(ID))
        common = rows.select(ID, "code", "text", "hash", "status", source=pl.lit(source), updatedAt=self._now)
        self.files.add_nodes("Term", common, CLOCK)
        mapped = rows.select(
            START=ID, code="skill", method="method", score="score",
            status=pl.lit("accepted"), by=pl.lit("matcher"), at=self._now,
        )  # fmt: skip
        self._link("MAPS_TO", mapped.rename({"START": START}), "Skill", CLOCK)
        candidates = _exploded(rows, "candidates").rename({"skill": "code"})
        self._link("CANDIDATE", candidates.select(START, "code", "score", "method"), "Skill")

    def nodes(self, contract: str, source: str, rows: pl.DataFrame, reposts: pl.DataFrame) -> None:
        """Records that are nodes.

        Args:
            reposts: (code, original) of ads.
        """
        shape = NODE_SHAPES[contract]
        rows = rows.with_columns(self.numbers.new(shape.label, rows["code"])["number"].alias(ID))
        common = [
            pl.lit(source).alias("source"),
            pl.lit(self.synthetic).alias("synthetic"),
            self._now.alias("updatedAt"),
        ]
        kinds = [pl.concat_list("label").alias(LABELS)] if shape.kinds else []
        nodes = rows.select(ID, *kinds, "code", "hash", "content", "properties", *common).unnest("properties")
        if contract == "jobs" and not reposts.is_empty():
            originals = reposts.select("code", repostOf="original")
            nodes = nodes.join(originals, on="code", how="left", maintain_order="left")
        self.files.add_nodes(shape.label, nodes, CLOCK)
        needs = _exploded(rows, "needs")
        if not needs.is_empty():
            of_need = [value.alias(name) for name, value in shape.of_need.items()]
            self._link(shape.need, needs.select(START, "code", *of_need), "Skill")
        terms = rows.select(ID, code="terms").explode("code").drop_nulls("code")
        self._link("MENTIONS", terms.rename({ID: START}), "Term")
        for link in shape.links:
            self._linked(link, rows.rename({ID: START}), {n: pl.col(c) for n, c in link.properties.items()})

    def edges(self, contract: str, source: str, rows: pl.DataFrame) -> None:
        """Records that are relationships of a student; those without one or the other end are left out."""
        start = self.numbers.of("Student").rename({"code": "student", "number": START})
        rows = rows.join(start, on="student", maintain_order="left").drop("student")
        common = {
            "code": pl.col("code"),
            "hash": pl.col("hash"),
            "content": pl.col("content"),
            "source": pl.lit(source),
        }
        for link in EDGE_SHAPES[contract]:
            here = rows.filter(pl.col(link.column).is_not_null())
            rows = rows.filter(pl.col(link.column).is_null())
            self._linked(link, here, common, ("properties",))

    def reposts(self, rows: pl.DataFrame) -> None:
        """(code, original, similarity, method): which posting repeats which."""
        start = self.numbers.of("Job").rename({"number": START})
        links = rows.join(start, on="code").select(START, "similarity", "method", code="original")
        self._link("REPOST_OF", links, "Job")

    def sources(self, finished: list[tuple[str, str]], run: str) -> None:
        """Sources (name, contract) as they are before their end is recorded, should it not come to that."""
        rows = pl.DataFrame(finished, schema={"code": pl.String, "contract": pl.String}, orient="row").unique("code")
        rows = rows.filter(pl.col("code").is_in(self.numbers.absent("Source", rows["code"]).implode()))
        number = self.numbers.new("Source", rows["code"])["number"].alias(ID)
        due = (pl.col("contract") == "jobs").alias("demandDue")
        common = rows.with_columns(number, due, complete=pl.lit(False), run=pl.lit(run), updatedAt=self._now)
        self.files.add_nodes("Source", common, CLOCK)

    @property
    def _now(self) -> pl.Expr:
        # As text, because what polars knows of a moment is its zone's name, which the server's clock does not tell.
        return pl.lit(f"{self.written.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z")

    def _linked(
        self, link: LinkShape, rows: pl.DataFrame, common: dict[str, pl.Expr], structs: tuple[str, ...] = ()
    ) -> None:
        rows = rows.filter(pl.col(link.column).is_not_null())
        if link.makes:
            made = self.numbers.new(link.label, self.numbers.absent(link.label, rows[link.column]))
            self.files.add_nodes(link.label, made.select("code", label="code", **{ID: "number"}))
        end = self.numbers.of(link.label).rename({"code": link.column, "number": END})
        joined = rows.join(end, on=link.column, maintain_order="left")
        self.files.add_relationships(
            link.type, joined.select(START, END, *structs, **common).unnest(*structs) if structs
            else joined.select(START, END, **common),
        )  # fmt: skip

    def _link(self, type_: str, rows: pl.DataFrame, label: str, types: dict[str, str] | None = None) -> None:
        """Relationships to the nodes of ``label`` with the code that each row names; where there is none, none."""
        end = self.numbers.of(label).rename({"number": END})
        self.files.add_relationships(type_, rows.join(end, on="code", maintain_order="left").drop("code"), types)


def _exploded(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """A row for each struct of a list, its fields beside `START`."""
    return rows.select(pl.col(ID).alias(START), column).explode(column).drop_nulls(column).unnest(column)
