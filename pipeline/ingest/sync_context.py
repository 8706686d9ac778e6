"""The resources that every source of one sync shares."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skillpath.graph.core.connection import Graph
from skillpath.graph.core.sources import Store
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.enrich.loaded_vocabulary import LoadedVocabulary
from skillpath.pipeline.enrich.skill_extraction import EvidenceSettings


@dataclass(frozen=True)
class SourceContext:
    """What every source of a sync is read with.

    Attributes:
        store: what the graph knows of the sources, and what writes them.
        fixed: settings that decide what becomes of a row, for the fingerprint.
        quarantine: folder that keeps rejected rows.
        retry: read the mended rows of the quarantine instead of the sources.
    """

    graph: Graph
    store: Store
    vocabulary: LoadedVocabulary
    settings: EvidenceSettings
    fixed: dict[str, Any]
    quarantine: Path
    report: Reporter
    retry: bool = False
