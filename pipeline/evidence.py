"""Which skills a record speaks of: declared terms mapped by the matcher, and labels found in its texts."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from skillpath.ontology.labels import normalise
from skillpath.ontology.ranking.calibration import ACCEPT, REVIEW
from skillpath.pipeline.vocabulary import Vocabulary

CANDIDATE = pl.Struct({"skill": pl.String, "score": pl.Float64, "method": pl.String})
TERM_SCHEMA = {
    "code": pl.String,
    "text": pl.String,
    "mentions": pl.Int64,
    "skill": pl.String,
    "method": pl.String,
    "score": pl.Float64,
    "status": pl.String,
    "candidates": pl.List(CANDIDATE),
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
    """

    declared: float = 0.6
    title: float = 0.6
    text: float = 0.25
    declared_weight: float = 1.0
    text_weight: float = 0.5
    stated: float = 0.6
    block: int = 5_000
    candidates: int = 5


@dataclass(frozen=True)
class Evidence:
    """What was found in the records of one source.

    Attributes:
        terms: the source's distinct raw terms with their mapping, null where unsure.
        mentions: (doc, term) codes of the declared terms of each record.
        needs: (doc, code, via, strength) with the strongest mention of each skill; ``via`` is term, title or text.
    """

    terms: pl.DataFrame
    mentions: pl.DataFrame
    needs: pl.DataFrame


def gather(
    records: pl.DataFrame,
    source: str,
    scan: tuple[str, ...],
    vocabulary: Vocabulary,
    settings: EvidenceSettings,
    decided: pl.DataFrame | None = None,
) -> Evidence:
    """Read the skills of records out of their ``skills`` lists and the fields named by ``scan``.

    Args:
        decided: (code, skill) of the terms that people decided about, which the matcher does not overrule.
    """
    documents = records.with_row_index("doc").with_columns(pl.col("doc").cast(pl.Int64))
    mentions, terms = _declared(documents, source, vocabulary, settings, decided)
    mapped = mentions.join(terms.select(term="code", code="skill"), on="term").drop_nulls("code")
    found = [mapped.select("doc", "code", via=pl.lit("term"), strength=pl.lit(settings.declared))]
    for field in scan:
        via, strength = ("title", settings.title) if field == "title" else ("text", settings.text)
        hits = _scanned(documents[field].fill_null("").to_list(), vocabulary, settings.block)
        found.append(hits.select("doc", "code", via=pl.lit(via), strength=pl.lit(strength)))
    needs = (
        pl.concat(found)
        .sort("doc", "code", "strength", "via", descending=[False, False, True, False])
        .unique(["doc", "code"], keep="first", maintain_order=True)
    )
    return Evidence(terms, mentions, needs)


def _declared(
    documents: pl.DataFrame,
    source: str,
    vocabulary: Vocabulary,
    settings: EvidenceSettings,
    decided: pl.DataFrame | None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(doc, term) mentions, and the distinct terms with their mapping; terms that differ only in case are one."""
    raw = documents.select("doc", text="skills").explode("text").drop_nulls("text")
    distinct = raw["text"].unique().sort()
    keys = pl.DataFrame(
        {"text": distinct, "key": [normalise(t) for t in distinct]}, schema_overrides={"key": pl.String}
    )
    keyed = raw.join(keys.filter(pl.col("key") != ""), on="text")
    keyed = keyed.with_columns(term=pl.lit(f"{source}:") + pl.col("key"))
    terms = (
        keyed.group_by("term", "text").len()
        .sort("term", "len", "text", descending=[False, True, False])
        .group_by("term", maintain_order=True)
        .agg(pl.col("text").first(), mentions=pl.col("len").sum().cast(pl.Int64))
    )  # fmt: skip
    mapped = _mapped(terms.rename({"term": "code"}), vocabulary, settings, decided)
    return keyed.select("doc", "term").unique().sort("doc", "term"), mapped.select(TERM_SCHEMA.keys()).cast(
        TERM_SCHEMA  # type: ignore[arg-type]
    )


def _mapped(
    terms: pl.DataFrame, vocabulary: Vocabulary, settings: EvidenceSettings, decided: pl.DataFrame | None
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
    word = decided.with_columns(person=pl.lit(True)).rename({"skill": "said"})
    terms = terms.join(word, on="code", how="left", maintain_order="left")
    person = pl.col("person").fill_null(False)
    return terms.with_columns(
        skill=pl.when(person).then("said").otherwise("skill"),
        method=pl.when(person).then(pl.lit("steward")).otherwise("method"),
        score=pl.when(person).then(1.0).otherwise("score"),
    )


def _ranked(terms: pl.DataFrame, vocabulary: Vocabulary, settings: EvidenceSettings) -> pl.DataFrame:
    """(query, band, best, candidates) of the terms that no lexical stage is sure of."""
    open_ = terms.filter(pl.col("skill").is_null())
    ranked = vocabulary.ranker.terms(open_["text"].to_list(), settings.candidates)
    one = pl.struct("skill", score=pl.col("probability").round(4), method="method")
    return (
        ranked.with_columns(query=pl.Series(open_["query"].to_list(), dtype=pl.Int64).gather(ranked["query"]))
        .group_by("query", maintain_order=True)
        .agg(pl.col("band").first(), best=one.first(), candidates=one)
    )


def _scanned(texts: list[str], vocabulary: Vocabulary, block: int) -> pl.DataFrame:
    parts = [pl.DataFrame(schema={"doc": pl.Int64, "code": pl.String})]
    for start in range(0, len(texts), block):
        hits = vocabulary.skills.scan(texts[start : start + block])
        parts.append(hits.select(pl.col("doc").cast(pl.Int64) + start, "code"))
    return pl.concat(parts).unique(maintain_order=True)
