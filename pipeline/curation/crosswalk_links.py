"""Writes which concepts of one imported vocabulary are those of another."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from skillpath.graph.core import bulk, runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.curation.vocabulary_queries import LINKS
from skillpath.ontology.ranking.crosswalk import CrosswalkSettings, crosswalk_occupations, crosswalk_skills
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.release_store import exported

HOW = {"skills": crosswalk_skills, "occupations": crosswalk_occupations}


@dataclass(frozen=True)
class CrosswalkReport:
    """How many concepts there were, how many have a counterpart, by method."""

    concepts: dict[str, int]
    matched: dict[str, dict[str, int]]


def crosswalk(
    graph: Graph, source: str, target: str, report: Reporter, settings: CrosswalkSettings | None = None
) -> CrosswalkReport:
    """Link skills and occupations of ``source`` to those of ``target`` by MAPS_TO with method and score.

    Equal labels are accepted; what only looks alike is for review.

    Raises:
        BadInput: one of them was not imported.
    """
    with report.step("read both vocabularies"):
        one, other = exported(graph, source, ""), exported(graph, target, "")
    run = runs.open_run(graph, "crosswalk", {"source": source, "target": target}, serving="import")
    matched = {}
    for what, how in HOW.items():
        with report.step(f"match {what}"):
            found = how(one, other, settings)
        status = pl.when(pl.col("method") == "ngrams").then(pl.lit("review")).otherwise(pl.lit("accepted"))
        bulk.upsert(graph, LINKS[what], found.with_columns(status=status))
        matched[what] = dict(found["method"].value_counts(sort=True).iter_rows())
    concepts = {"skills": one.matchable().height, "occupations": one.clusters.height}
    runs.finish(graph, run, {"concepts": concepts, "matched": matched})
    return CrosswalkReport(concepts, matched)
