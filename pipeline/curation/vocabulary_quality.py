"""The quality report over the vocabulary that is in the graph."""

from __future__ import annotations

import polars as pl

from skillpath.graph.core.connection import Graph
from skillpath.graph.curation.vocabulary_queries import MENTIONS, USES
from skillpath.ontology.release.quality import QualityReport, quality_report
from skillpath.pipeline.curation.release_store import exported


def read_quality(graph: Graph) -> QualityReport:
    """Check every vocabulary in the graph.

    Raises:
        BadInput: nothing was imported yet.
    """
    used = graph.frame(USES, {"code": pl.String, "links": pl.Int64})
    terms = graph.frame(MENTIONS, {"status": pl.String, "records": pl.Int64})
    return quality_report(exported(graph, None, ""), used, terms)
