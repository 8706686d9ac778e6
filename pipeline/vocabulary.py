"""What the graph's vocabulary knows: maps terms to skills, finds skills in texts, groups posts to occupations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from skillpath.cypher import query
from skillpath.errors import Unavailable
from skillpath.graph.connection import Graph
from skillpath.ontology.matching import Matcher, MatchSettings
from skillpath.ontology.ranking.ranker import Ranker, RankSettings
from skillpath.ontology.ranking.semantic import Encoder
from skillpath.ontology.scanning import Scanner, ScanSettings
from skillpath.pipeline.cluster_skills import SkillProfiles
from skillpath.pipeline.cluster_titles import TitleFinder
from skillpath.pipeline.clustering import ClusterSettings, assign

SKILL_LABELS = query("skills/read_labels")
CLUSTER_LABELS = query("clusters/read_labels")
REQUIREMENTS = query("clusters/export_requirements")
DECISIONS = query("terms/read_decisions", "prefix")
LABEL_SCHEMA = {"code": pl.String, "label": pl.String, "altLabels": pl.List(pl.String)}
REQUIREMENT_SCHEMA = {"cluster": pl.String, "skill": pl.String, "weight": pl.Float64}


@dataclass(frozen=True)
class Vocabulary:
    """Matchers over the labels that were in the graph when it was read."""

    matcher: Matcher
    skills: Scanner
    occupations: TitleFinder
    profiles: SkillProfiles
    ranker: Ranker
    clustering: ClusterSettings = field(default_factory=ClusterSettings)

    def clusters_of(self, titles: Sequence[str], needs: pl.DataFrame) -> pl.DataFrame:
        """The occupation of each post that has a clear one: doc, cluster, cluster_score, cluster_via.

        Args:
            titles: the title of each post; ``doc`` is its place here.
            needs: doc, code and strength of the skills that each post asks for.
        """
        return assign(titles, needs, self.occupations, self.profiles, self.clustering)


def read_vocabulary(
    graph: Graph,
    matching: MatchSettings,
    scanning: ScanSettings,
    ranking: RankSettings | None = None,
    encoder: Encoder | None = None,
    clustering: ClusterSettings | None = None,
) -> Vocabulary:
    """Build the matchers from the graph.

    Raises:
        Unavailable: no ontology was imported yet.
    """
    skills = graph.frame(SKILL_LABELS, LABEL_SCHEMA).sort("code")
    if skills.is_empty():
        raise Unavailable("The graph holds no skills yet", todo="Run `skillpath ontology import FORMAT PATH` first")
    chosen = clustering or ClusterSettings()
    clusters = graph.frame(CLUSTER_LABELS, {**LABEL_SCHEMA, "isco": pl.String}).sort("code")
    requirements = graph.frame(REQUIREMENTS, REQUIREMENT_SCHEMA).sort("cluster", "skill")
    matcher = Matcher(skills, matching)
    return Vocabulary(
        matcher,
        Scanner(skills, scanning),
        TitleFinder(clusters, chosen.titles, scanning),
        SkillProfiles(requirements, chosen.block),
        Ranker(skills, encoder, settings=ranking, matcher=matcher),
        chosen,
    )


def decisions(graph: Graph, source: str) -> pl.DataFrame:
    """(code, skill) of the terms of a source that people decided about; skill is null where they rejected it."""
    return graph.frame(DECISIONS, {"code": pl.String, "skill": pl.String}, prefix=f"{source}:").sort("code")
