"""What the graph's vocabulary knows: maps raw terms to skills and finds skills and occupations in texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from skillpath.cypher import query
from skillpath.errors import Unavailable
from skillpath.graph.connection import Graph
from skillpath.ontology.matching import Matcher, MatchSettings
from skillpath.ontology.ranking.ranker import Ranker, RankSettings
from skillpath.ontology.ranking.semantic import Encoder
from skillpath.ontology.scanning import Scanner, ScanSettings

SKILL_LABELS = query("skills/read_labels")
CLUSTER_LABELS = query("clusters/read_labels")
DECISIONS = query("terms/read_decisions", "prefix")
LABEL_SCHEMA = {"code": pl.String, "label": pl.String, "altLabels": pl.List(pl.String)}


@dataclass(frozen=True)
class Vocabulary:
    """Matchers over the labels that were in the graph when it was read."""

    matcher: Matcher
    skills: Scanner
    occupations: Scanner
    ranker: Ranker

    def headline_clusters(self, titles: Sequence[str]) -> pl.DataFrame:
        """(doc, cluster, cluster_score) of titles that name an occupation: the longest name wins, then the first.

        The score is the share of the title that the name covers.
        """
        lengths = pl.DataFrame({"doc": range(len(titles)), "length": [len(t) for t in titles]})
        found = self.occupations.scan(titles).with_columns(pl.col("doc").cast(pl.Int64))
        hits: pl.DataFrame = (
            found.with_columns(size=pl.col("end") - pl.col("start"))
            .sort("doc", "size", "start", descending=[False, True, False])
            .unique("doc", keep="first", maintain_order=True)
            .join(lengths, on="doc")
            .select("doc", cluster="code", cluster_score=pl.col("size") / pl.col("length"))
        )
        return hits


def read_vocabulary(
    graph: Graph,
    matching: MatchSettings,
    scanning: ScanSettings,
    ranking: RankSettings | None = None,
    encoder: Encoder | None = None,
) -> Vocabulary:
    """Build the matchers from the graph.

    Raises:
        Unavailable: no ontology was imported yet.
    """
    skills = graph.frame(SKILL_LABELS, LABEL_SCHEMA).sort("code")
    if skills.is_empty():
        raise Unavailable("The graph holds no skills yet", todo="Run `skillpath ontology import FORMAT PATH` first")
    clusters = graph.frame(CLUSTER_LABELS, LABEL_SCHEMA).sort("code")
    matcher = Matcher(skills, matching)
    ranker = Ranker(skills, encoder, settings=ranking, matcher=matcher)
    return Vocabulary(matcher, Scanner(skills, scanning), Scanner(clusters, scanning), ranker)


def decisions(graph: Graph, source: str) -> pl.DataFrame:
    """(code, skill) of the terms of a source that people decided about; skill is null where they rejected it."""
    return graph.frame(DECISIONS, {"code": pl.String, "skill": pl.String}, prefix=f"{source}:").sort("code")
