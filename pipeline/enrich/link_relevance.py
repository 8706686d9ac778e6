"""Links from what records say: a relevance for each skill found, a threshold, and a bound by workload."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from skillpath.ontology.ranking.link_calibration import LinkCalibration
from skillpath.pipeline.enrich.link_features import LONGEST, feature_array, find_hits, link_features
from skillpath.pipeline.enrich.loaded_vocabulary import LoadedVocabulary

RELEVANCE = {"doc": pl.Int64, "code": pl.String, "is_title": pl.Boolean, "relevance": pl.Float64}
COURSE, POSTING = "course", "posting"
DIGITS = 3


@dataclass(frozen=True)
class KindBounds:
    """The most that a resource of each kind teaches where no source says how long it takes: the sum of its gains."""

    course: float = 3.0
    training: float = 2.4
    competition: float = 1.2
    certificate: float = 2.4
    mentor: float = 1.2
    policy: float = 0.6
    incubator: float = 2.4


@dataclass(frozen=True)
class LinkSettings:
    """Which of the skills found in a title or text become links, and how much they may sum up to.

    Attributes:
        least_resource, least_posting: least relevance of a link of a resource, and of a post or project.
        per_hour: gain that an hour allows, in sum over a resource's skills.
        least_bound, most_bound: limits of what the hours allow.
        kinds: the bound where no hours are stated.
    """

    least_resource: float = 0.33
    least_posting: float = 0.62
    per_hour: float = 0.06
    least_bound: float = 0.6
    most_bound: float = 6.0
    kinds: KindBounds = field(default_factory=KindBounds)

    def least(self, contract: str) -> float:
        """The least relevance of a link of this contract's records."""
        return self.least_resource if contract == "resources" else self.least_posting


def judge_hits(
    records: pl.DataFrame, scan: tuple[str, ...], contract: str, vocabulary: LoadedVocabulary, block: int
) -> pl.DataFrame:
    """The skills that titles and texts name, each with the probability that the record is about it, as `RELEVANCE`.

    What is said of a record depends on this record, the vocabulary and the calibration alone.

    Args:
        records: with ``doc`` and the fields named by ``scan``.
        block: records looked at together.
    """
    parts = [pl.DataFrame(schema=RELEVANCE)]
    calibration = LinkCalibration.default(COURSE if contract == "resources" else POSTING)
    for some in records.iter_slices(block) if scan else ():
        skills = link_features(compared_text(some, scan), find_hits(some, scan, vocabulary), vocabulary)
        relevance = pl.Series(calibration.probability(feature_array(skills)), dtype=pl.Float64).round(DIGITS)
        parts.append(skills.select("doc", "code", "is_title", relevance=relevance))
    return pl.concat(parts)


def choose_links(needs: pl.DataFrame, records: pl.DataFrame, contract: str, settings: LinkSettings) -> pl.DataFrame:
    """``needs`` without what a record only mentions; what people declared is always kept.

    What a resource teaches is as strong as it is probable, and bounded by the workload.

    Args:
        needs: doc, code, via, strength, relevance.
        records: of ``contract``, with ``doc``.
    """
    is_declared = pl.col("via") == "term"
    kept = needs.filter(is_declared | (pl.col("relevance") >= settings.least(contract)))
    if contract != "resources":
        return kept
    strength = pl.when(is_declared).then("strength").otherwise(pl.col("strength") * pl.col("relevance"))
    return bound_gains(kept.with_columns(strength=strength.round(DIGITS)), records, settings)


def bound_gains(needs: pl.DataFrame, resources: pl.DataFrame, settings: LinkSettings) -> pl.DataFrame:
    """``needs`` of resources with strengths scaled so that a resource does not teach more than its workload allows.

    Only what was found in a title or text is scaled, in proportion, to what declared skills leave: those are
    somebody's word, even where they are many. What is left with nothing is no link.

    Args:
        needs: doc, code, via, strength, relevance.
        resources: doc, kind, hours.
    """
    by_kind = pl.col("kind").replace_strict(
        {name: getattr(settings.kinds, name) for name in settings.kinds.__dataclass_fields__}, return_dtype=pl.Float64
    )
    by_hours = (pl.col("hours") * settings.per_hour).clip(settings.least_bound, settings.most_bound)
    bounds = resources.select("doc", bound=pl.coalesce(by_hours, by_kind))
    is_declared = pl.col("via") == "term"
    declared = pl.when(is_declared).then("strength").otherwise(0.0).sum().over("doc")
    found = pl.when(is_declared).then(0.0).otherwise("strength").sum().over("doc")
    factor = ((pl.col("bound") - declared) / found).clip(0.0, 1.0)
    strength = pl.when(is_declared | (found <= 0)).then("strength").otherwise(pl.col("strength") * factor)
    bounded = needs.join(bounds, on="doc", how="left", maintain_order="left").with_columns(strength=strength.round(6))
    return bounded.filter(pl.col("strength") > 0).select(needs.columns)


def compared_text(records: pl.DataFrame, scan: tuple[str, ...]) -> pl.DataFrame:
    """(doc, title, body) of records: what of their scanned fields is compared with the skills."""
    title = pl.col("title").fill_null("") if "title" in scan else pl.lit("")
    rest = [pl.col(name).fill_null("") for name in scan if name != "title"]
    body = pl.concat_str(rest, separator="\n").str.head(LONGEST) if rest else pl.lit("")
    return records.select("doc", title=title, body=body)
