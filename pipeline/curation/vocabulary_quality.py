"""The quality report over the vocabulary that is in the graph."""

from __future__ import annotations

import polars as pl

from skillpath.cypher import query
from skillpath.graph.core.connection import Graph
from skillpath.ontology.release.quality import QualityReport, quality_report
from skillpath.pipeline.curation.release_store import exported

USES = query("skills/count_uses")
MENTIONS = query("terms/count_mentions")


def read_quality(graph: Graph) -> QualityReport:
    """Check every vocabulary in the graph.

    Raises:
        BadInput: nothing was imported yet.
    """
    used = graph.frame(USES, {"code": pl.String, "links": pl.Int64})
    terms = graph.frame(MENTIONS, {"status": pl.String, "records": pl.Int64})
    return quality_report(exported(graph, None, ""), used, terms)
