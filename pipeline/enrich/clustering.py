"""Assignment of postings to job clusters by title and skills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from skillpath.pipeline.enrich.cluster_skills import SkillProfiles
from skillpath.pipeline.enrich.cluster_titles import TitleFinder, TitleSettings

ASSIGNED = {"doc": pl.Int64, "cluster": pl.String, "cluster_score": pl.Float64, "cluster_via": pl.String}


@dataclass(frozen=True)
class ClusterSettings:
    """When a posting belongs to an occupation.

    Attributes:
        least_title: a name this strong in a title is enough (see `TitleFinder.find`).
        weak_title: a weaker one is believed if the skills agree,
        agreeing: with at least this cosine.
        min_cosine_lead: by how much more the skills must agree with one of several occupations of the same name.
        skills_weight: how much cosine outweighs strength among the occupations that a title names.
        least_cosine: without a name, the least cosine of the best occupation,
        least_margin: by how much it must lead the next one,
        least_shared: and how many skills they must have in common.
        block: posts compared at a time.
    """

    least_title: float = 0.5
    weak_title: float = 0.25
    agreeing: float = 0.1
    min_cosine_lead: float = 0.02
    skills_weight: float = 1.0
    least_cosine: float = 0.45
    least_margin: float = 0.1
    least_shared: int = 4
    block: int = 4_096
    titles: TitleSettings = field(default_factory=TitleSettings)


def assign(
    titles: Sequence[str],
    needs: pl.DataFrame,
    finder: TitleFinder,
    profiles: SkillProfiles,
    settings: ClusterSettings | None = None,
) -> pl.DataFrame:
    """The occupation of each posting that has a clear one.

    Args:
        titles: the title of each post; ``doc`` is its place here.
        needs: doc, code of the skills that each post asks for and, if known, strength (else 1).

    Returns:
        doc, cluster, cluster_score (0..1), cluster_via (title, skills or both), by doc, at most one row each.
    """
    chosen = settings or ClusterSettings()
    asked = _asked(needs)
    named = _by_title(finder.find(titles), asked, profiles, chosen)
    rest = asked.join(named, on="doc", how="anti")
    found = pl.concat([named, _by_skills(rest, profiles, chosen)])
    return found.sort("doc").cast(ASSIGNED)  # type: ignore[arg-type]


def _asked(needs: pl.DataFrame) -> pl.DataFrame:
    strength = pl.col("strength") if "strength" in needs.columns else pl.lit(1.0)
    cast = needs.select(pl.col("doc").cast(pl.Int64), "code", strength=strength.cast(pl.Float64))
    return cast.group_by("doc", "code").agg(pl.col("strength").max()).sort("doc", "code")


def _by_title(
    named: pl.DataFrame, asked: pl.DataFrame, profiles: SkillProfiles, settings: ClusterSettings
) -> pl.DataFrame:
    """Postings whose title names an occupation; among several the skills decide, then the place in the title."""
    cosine = profiles.cosines(asked, named)
    strong = pl.col("strength") >= settings.least_title
    agreed = (pl.col("strength") >= settings.weak_title) & (pl.col("cosine") >= settings.agreeing)
    weighed = (
        named.join(cosine, on=["doc", "cluster"], how="left", maintain_order="left")
        .with_columns(pl.col("cosine").fill_null(0.0))
        .filter(strong | agreed)
        .with_columns(weight=(pl.col("strength") + settings.skills_weight * pl.col("cosine")).round(6))
        .sort("doc", "weight", "at", "cluster", descending=[False, True, False, False])
    )
    # A name that two occupations share and no skill tells apart is nobody's.
    near = pl.col("weight") > pl.col("weight").first() - settings.min_cosine_lead
    same = near & (pl.col("at") == pl.col("at").first())
    single = weighed.filter(same.sum().over("doc") == 1)
    first = single.unique("doc", keep="first", maintain_order=True)
    has_cosine = pl.col("cosine") > 0
    score = 1.0 - (1.0 - pl.col("strength")) * (1.0 - pl.col("cosine"))
    via = pl.when(has_cosine).then(pl.lit("both")).otherwise(pl.lit("title"))
    return first.select("doc", "cluster", cluster_score=score.round(4), cluster_via=via)


def _by_skills(asked: pl.DataFrame, profiles: SkillProfiles, settings: ClusterSettings) -> pl.DataFrame:
    best = profiles.best(asked)
    clear = (
        (pl.col("cosine") >= settings.least_cosine)
        & (pl.col("margin") >= settings.least_margin)
        & (pl.col("shared") >= settings.least_shared)
    )
    score = pl.col("cosine").clip(0.0, 1.0).round(4)
    return best.filter(clear).select("doc", "cluster", cluster_score=score, cluster_via=pl.lit("skills"))
