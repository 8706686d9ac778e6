"""The graph's labels with the matcher, scanner and clustering built on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

import polars as pl

from skillpath.errors import Unavailable
from skillpath.graph.core.connection import Graph
from skillpath.graph.curation.vocabulary_queries import CLUSTER_LABELS, DECISIONS, DEFINITIONS, REQUIREMENTS
from skillpath.ontology.matching.matching import Matcher, MatchSettings
from skillpath.ontology.ranking.ranker import Ranker, SkillRankSettings
from skillpath.ontology.ranking.semantic import Encoder
from skillpath.ontology.ranking.skill_affinity import SkillAffinity
from skillpath.ontology.ranking.skill_texts import SkillTexts
from skillpath.ontology.scanning.scanning import Scanner, ScanSettings
from skillpath.pipeline.common.hashing import row_hash
from skillpath.pipeline.enrich.cluster_skills import SkillProfiles
from skillpath.pipeline.enrich.cluster_titles import TitleFinder
from skillpath.pipeline.enrich.clustering import ClusterSettings, assign

LABEL_SCHEMA = {"code": pl.String, "label": pl.String, "altLabels": pl.List(pl.String)}
SKILL_SCHEMA = {**LABEL_SCHEMA, "definition": pl.String}
REQUIREMENT_SCHEMA = {"cluster": pl.String, "skill": pl.String, "weight": pl.Float64}


@dataclass(frozen=True)
class LoadedVocabulary:
    """The labels that were in the graph when it was read, and matchers over them, built when first asked for.

    Attributes:
        labels, names: code, label and altLabels of skills (with definition), and of job clusters (with isco).
        requirements: cluster, skill, weight.
    """

    labels: pl.DataFrame
    names: pl.DataFrame
    requirements: pl.DataFrame
    matching: MatchSettings
    scanning: ScanSettings
    ranking: SkillRankSettings | None = None
    encoder: Encoder | None = None
    clustering: ClusterSettings = field(default_factory=ClusterSettings)

    @cached_property
    def digest(self) -> str:
        """Digest of every label and definition of skills, of the labels of job clusters, and of what these require."""
        digest = blake2b(digest_size=16)
        for frame in (self.labels, self.names, self.requirements):
            rows = frame.select(row_hash()).to_series()
            digest.update(rows.to_numpy().tobytes())
        return digest.hexdigest()

    @cached_property
    def matcher(self) -> Matcher:
        """What maps a term to a skill where it is sure."""
        return Matcher(self.labels, self.matching)

    @cached_property
    def skills(self) -> Scanner:
        """What finds skills in texts."""
        return Scanner(self.labels, self.scanning)

    @cached_property
    def texts(self) -> SkillTexts:
        """What tells how much a whole text is like a skill's labels and definition."""
        return SkillTexts(self.labels)

    @cached_property
    def affinity(self) -> SkillAffinity:
        """What tells how near skills are by the occupations that require them."""
        return SkillAffinity(self.requirements)

    @cached_property
    def ranker(self) -> Ranker:
        """What finds candidates for the other terms."""
        return Ranker(self.labels, self.encoder, settings=self.ranking, matcher=self.matcher)

    @cached_property
    def occupations(self) -> TitleFinder:
        """What finds occupations in titles."""
        return TitleFinder(self.names, self.clustering.titles, self.scanning)

    @cached_property
    def profiles(self) -> SkillProfiles:
        """What tells occupations by their skills."""
        return SkillProfiles(self.requirements, self.clustering.block)

    def clusters_of(self, titles: Sequence[str], needs: pl.DataFrame) -> pl.DataFrame:
        """The occupation of each posting that has a clear one: doc, cluster, cluster_score, cluster_via.

        Args:
            titles: the title of each post; ``doc`` is its place here.
            needs: doc, code and strength of the skills that each post asks for.
        """
        return assign(titles, needs, self.occupations, self.profiles, self.clustering)


def read_vocabulary(
    graph: Graph,
    matching: MatchSettings,
    scanning: ScanSettings,
    ranking: SkillRankSettings | None = None,
    encoder: Encoder | None = None,
    clustering: ClusterSettings | None = None,
) -> LoadedVocabulary:
    """Read the current vocabulary of the graph.

    Raises:
        Unavailable: no ontology was imported yet.
    """
    skills = graph.frame(DEFINITIONS, SKILL_SCHEMA).sort("code")
    if skills.is_empty():
        raise Unavailable("The graph holds no skills yet", todo="Run `skillpath ontology import FORMAT PATH` first")
    clusters = graph.frame(CLUSTER_LABELS, {**LABEL_SCHEMA, "isco": pl.String}).sort("code")
    requirements = graph.frame(REQUIREMENTS, REQUIREMENT_SCHEMA).sort("cluster", "skill")
    chosen = clustering or ClusterSettings()
    return LoadedVocabulary(skills, clusters, requirements, matching, scanning, ranking, encoder, chosen)


def decisions(graph: Graph, source: str) -> pl.DataFrame:
    """(code, skill) of the terms of a source that people decided about; skill is null where they rejected it."""
    return graph.frame(DECISIONS, {"code": pl.String, "skill": pl.String}, prefix=f"{source}:").sort("code")
