"""Skill extraction from records: declared terms and labels found in texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from skillpath.ontology.matching.labels import normalised
from skillpath.ontology.ranking.match_calibration import ACCEPT, REVIEW
from skillpath.pipeline.enrich.link_relevance import LinkSettings, judge_hits
from skillpath.pipeline.enrich.loaded_vocabulary import LoadedVocabulary

CANDIDATE = pl.Struct({"skill": pl.String, "score": pl.Float64, "method": pl.String})
TERM_SCHEMA: dict[str, Any] = {
    "code": pl.String,
    "text": pl.String,
    "skill": pl.String,
    "method": pl.String,
    "score": pl.Float64,
    "status": pl.String,
    "candidates": pl.List(CANDIDATE),
}
NEED_SCHEMA: dict[str, Any] = {
    "doc": pl.Int64,
    "code": pl.String,
    "via": pl.String,
    "strength": pl.Float64,
    "relevance": pl.Float64,
}


@dataclass(frozen=True)
class EvidenceSettings:
    """How strongly a mention counts.

    Attributes:
        declared, title, text: level (of a post or project) or gain (of a resource) when the skill is declared in a
            list, named in the title, or only found in the text.
        declared_weight, text_weight: weight of a requirement, 1 being essential.
        stated: level of a capability that a student's record states.
        block: texts scanned at a time.
        candidates: skills kept for a steward to choose from, for each term without a sure one.
        links: which of the skills found in a title or text become links.
    """

    declared: float = 0.6
    title: float = 0.6
    text: float = 0.25
    declared_weight: float = 1.0
    text_weight: float = 0.5
    stated: float = 0.6
    block: int = 5_000
    candidates: int = 5
    links: LinkSettings = field(default_factory=LinkSettings)


def read_terms(records: pl.DataFrame, source: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The declared terms of records (``doc``, ``skills``); terms that differ only in case are one.

    Returns:
        (doc, term) mentions, and (code, text) of the distinct terms, each as it is written most often.
    """
    raw = records.select("doc", text="skills").explode("text").drop_nulls("text")
    distinct = raw["text"].unique().sort()
    keys = distinct.to_frame("text").with_columns(key=normalised(pl.col("text")))
    keyed = raw.join(keys.filter(pl.col("key") != ""), on="text")
    keyed = keyed.with_columns(term=pl.lit(f"{source}:") + pl.col("key"))
    terms = (
        keyed.group_by("term", "text").len()
        .sort("term", "len", "text", descending=[False, True, False])
        .group_by("term", maintain_order=True)
        .agg(pl.col("text").first())
    )  # fmt: skip
    return keyed.select("doc", "term").unique().sort("doc", "term"), terms.rename({"term": "code"})


def map_terms(
    terms: pl.DataFrame, vocabulary: LoadedVocabulary, settings: EvidenceSettings, decided: pl.DataFrame | None = None
) -> pl.DataFrame:
    """(code, text) with its skill, method, score, status and candidates, as `TERM_SCHEMA`.

    Args:
        decided: (code, skill) of the terms that people decided about, which the matcher does not overrule.
    """
    found = _mapped(terms, vocabulary, settings, decided).select(TERM_SCHEMA.keys())
    return found.cast(TERM_SCHEMA)  # type: ignore[arg-type]


def find_needs(
    records: pl.DataFrame,
    mentions: pl.DataFrame,
    skills: pl.DataFrame,
    scan: tuple[str, ...],
    contract: str,
    vocabulary: LoadedVocabulary,
    settings: EvidenceSettings,
) -> pl.DataFrame:
    """The strongest mention of each skill, as `NEED_SCHEMA`; ``via`` is term, title or text.

    ``relevance`` is the probability that the record is about the skill, 1 where it is declared. Nothing is left out
    here: `keep_relevant` does that.

    Args:
        records: with ``doc`` and the fields named by ``scan``.
        mentions: (doc, term) of these records.
        skills: (code, skill) of terms; a null skill says that it is not known.
    """
    mapped = mentions.join(skills.select(term="code", code="skill"), on="term").drop_nulls("code")
    fields = {"via": pl.lit("term"), "strength": pl.lit(settings.declared), "relevance": pl.lit(1.0)}
    declared = mapped.select("doc", "code", **fields)
    hits = judge_hits(records, scan, contract, vocabulary, settings.block)
    via = pl.when("is_title").then(pl.lit("title")).otherwise(pl.lit("text"))
    strength = pl.when("is_title").then(settings.title).otherwise(settings.text)
    found = hits.select("doc", "code", "relevance", via=via, strength=strength)
    return (
        pl.concat([part.select(NEED_SCHEMA.keys()) for part in (declared, found)])
        .sort("doc", "code", "strength", "via", descending=[False, False, True, False])
        .unique(["doc", "code"], keep="first", maintain_order=True)
    )


def _mapped(
    terms: pl.DataFrame, vocabulary: LoadedVocabulary, settings: EvidenceSettings, decided: pl.DataFrame | None
) -> pl.DataFrame:
    """Each term with its skill (a person's word first, then what is sure), its status and its candidates."""
    sure = vocabulary.matcher.match(terms["text"].to_list()).select("skill", "method", "score")
    terms = terms.hstack(sure).with_row_index("query").with_columns(pl.col("query").cast(pl.Int64))
    ranked = _ranked(terms, vocabulary, settings)
    terms = terms.join(ranked, on="query", how="left", maintain_order="left")
    better = pl.col("skill").is_null() & (pl.col("band") == ACCEPT).fill_null(False)
    terms = terms.with_columns(
        pl.when(better).then(pl.col("best").struct.field(name)).otherwise(pl.col(name)).alias(name)
        for name in ("skill", "method", "score")
    )
    by_band = pl.when((pl.col("band") == REVIEW).fill_null(False)).then(pl.lit("review")).otherwise(pl.lit("unmapped"))
    terms = terms.with_columns(
        pl.col("candidates").fill_null([]),
        status=pl.when(pl.col("skill").is_not_null()).then(pl.lit("mapped")).otherwise(by_band),
    )
    if decided is None or decided.is_empty():
        return terms
    decisions = decided.with_columns(is_decided=pl.lit(True)).rename({"skill": "decided_skill"})
    terms = terms.join(decisions, on="code", how="left", maintain_order="left")
    is_decided = pl.col("is_decided").fill_null(False)
    return terms.with_columns(
        skill=pl.when(is_decided).then("decided_skill").otherwise("skill"),
        method=pl.when(is_decided).then(pl.lit("steward")).otherwise("method"),
        score=pl.when(is_decided).then(1.0).otherwise("score"),
    )


def _ranked(terms: pl.DataFrame, vocabulary: LoadedVocabulary, settings: EvidenceSettings) -> pl.DataFrame:
    """(query, band, best, candidates) of the terms that no lexical stage is sure of."""
    open_ = terms.filter(pl.col("skill").is_null())
    ranked = vocabulary.ranker.terms(open_["text"].to_list(), settings.candidates)
    one = pl.struct("skill", score=pl.col("probability").round(4), method="method")
    return (
        ranked.with_columns(query=pl.Series(open_["query"].to_list(), dtype=pl.Int64).gather(ranked["query"]))
        .group_by("query", maintain_order=True)
        .agg(pl.col("band").first(), best=one.first(), candidates=one)
    )
