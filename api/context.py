"""The composition root of the command line and the service: settings in, an open graph out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_type_hints

from skillpath.api.service_settings import ApiSettings
from skillpath.chains.recommend import ChainSettings
from skillpath.common.atomic import write_atomic
from skillpath.embeddings.matcher_training import MatcherTraining
from skillpath.embeddings.spectral import SpectralSettings
from skillpath.embeddings.text_encoder import NONE, TextEncoder, TextSettings
from skillpath.graph.core.connection import ConnectionSettings, Graph
from skillpath.graph.core.database_settings import GraphSettings
from skillpath.graph.curation.curation_service import CurationService
from skillpath.graph.server.server import connect_settings
from skillpath.ontology.curation.actions import CurationSettings, Declared
from skillpath.ontology.matching.matching import MatchSettings
from skillpath.ontology.ranking.ranker import SkillRankSettings
from skillpath.ontology.scanning.scanning import ScanSettings
from skillpath.pipeline.common.log_settings import LoggingSettings
from skillpath.pipeline.common.settings import Origin, Settings
from skillpath.pipeline.enrich.clustering import ClusterSettings
from skillpath.pipeline.enrich.skill_extraction import EvidenceSettings
from skillpath.pipeline.ingest.sync import SyncSettings
from skillpath.pipeline.scoring.policy_learning import PolicySettings
from skillpath.pipeline.training.model_training import LearningSettings, TrainingFolders

ACTIVE = "world"
"""File in the home that names the world in use."""


@dataclass(frozen=True)
class PipelineSettings:
    """Where the pipeline keeps its files.

    Attributes:
        home: folder for quarantined rows and generated data.
    """

    home: Path = Path(".skillpath")

    @property
    def quarantine(self) -> Path:
        """Folder of rejected rows, one CSV a source."""
        return self.home / "quarantine"

    @property
    def matcher(self) -> Path:
        """Folder of the trained matcher."""
        return self.home / "matcher"

    @property
    def vectors(self) -> Path:
        """Folder of label vectors that were computed before."""
        return self.home / "cache" / "vectors"

    @property
    def learning(self) -> TrainingFolders:
        """Folders of training."""
        cache = self.home / "cache"
        return TrainingFolders(cache / "history", cache / "sentences", self.home / "models", self.matcher)


@dataclass(frozen=True)
class AppSettings:
    """Every room's settings."""

    graph: GraphSettings
    connection: ConnectionSettings
    pipeline: PipelineSettings
    matching: MatchSettings
    scanning: ScanSettings
    evidence: EvidenceSettings
    clustering: ClusterSettings
    training: SpectralSettings
    learning: LearningSettings
    chains: ChainSettings
    policy: PolicySettings
    api: ApiSettings
    curation: CurationSettings
    ranking: SkillRankSettings
    text: TextSettings
    matcher: MatcherTraining
    logging: LoggingSettings
    origins: tuple[Origin, ...] = field(default=())

    @property
    def sync(self) -> SyncSettings:
        """What a sync reads skills with."""
        return SyncSettings(self.matching, self.scanning, self.evidence, self.ranking, self.clustering)


def section_types() -> dict[str, Any]:
    """The sections of ``skillpath.toml``: the fields of `AppSettings` that are settings of a room."""
    hints = get_type_hints(AppSettings)
    return {each.name: hints[each.name] for each in fields(AppSettings) if is_dataclass(hints[each.name])}


def load_settings() -> AppSettings:
    """Read ``skillpath.toml``, the environment, and which world is in use."""
    loaded = read_settings()
    active = loaded.pipeline.home / ACTIVE
    return use_world(loaded, active.read_text("utf-8").strip()) if active.is_file() else loaded


def read_settings() -> AppSettings:
    """Read ``skillpath.toml`` and the environment alone.

    Raises:
        BadInput: an unknown section or key, or a value of another type.
    """
    settings = Settings(os.environ)
    kinds = section_types()
    settings.refuse_unknown(set(kinds))
    for sentence in settings.deprecations:
        print(f"deprecated: {sentence}", file=sys.stderr)
    sections: dict[str, Any] = {name: settings.section(name, kind) for name, kind in kinds.items()}
    return AppSettings(**sections, origins=tuple(settings.origins))


def use_world(settings: AppSettings, world: str) -> AppSettings:
    """These settings with the homes of one world, unless a home was set on purpose.

    The synthetic town and real data must never meet in one graph, so each demo has a graph of its own, and the last
    one started is the one that later commands use.
    """
    home = settings.pipeline.home / world
    homes = {"pipeline.home": home, "graph.home": home / "neo4j"}
    free = {o.name: homes[o.name] for o in settings.origins if o.name in homes and o.source == "default"}
    origins = tuple(
        Origin(o.name, str(free[o.name]), f"world {world}") if o.name in free else o for o in settings.origins
    )
    return replace(
        settings,
        graph=replace(settings.graph, home=free.get("graph.home", settings.graph.home)),
        pipeline=replace(settings.pipeline, home=free.get("pipeline.home", settings.pipeline.home)),
        origins=origins,
    )


def choose_world(settings: AppSettings, world: str) -> None:
    """Make later commands use this world; ``settings`` are those without any world."""
    write_atomic(settings.pipeline.home / ACTIVE, world + "\n")


def open_curation(settings: AppSettings, graph: Graph) -> CurationService:
    """Where stewards decide; what a declared skill says of a record is what a sync would write."""
    evidence = settings.evidence
    declared = Declared(evidence.declared, evidence.declared_weight, evidence.declared, evidence.stated)
    return CurationService(graph, settings.curation, declared)


def build_encoder(settings: AppSettings, model: str = "") -> TextEncoder | None:
    """The text encoder of these settings, or of another model; None for ``none``.

    Raises:
        Unavailable: the train extra is not installed, or no matcher was trained yet.
    """
    chosen = replace(settings.text, model=model or settings.text.model)
    if chosen.model == NONE:
        return None
    return TextEncoder(chosen, settings.pipeline.matcher, settings.pipeline.vectors)


@contextmanager
def open_graph(settings: AppSettings) -> Iterator[Graph]:
    """A verified connection to the graph of these settings."""
    address = connect_settings(settings.graph)
    with Graph(address, settings.graph.database, settings.connection) as graph:
        graph.verify()
        yield graph
