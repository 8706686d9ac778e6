"""Derivation of terms, skills and clusters from changed records, as rows to write."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from skillpath.pipeline.common.hashing import hashed
from skillpath.pipeline.enrich.link_relevance import choose_links
from skillpath.pipeline.enrich.loaded_vocabulary import decisions
from skillpath.pipeline.enrich.signatures import signatures
from skillpath.pipeline.enrich.skill_extraction import NEED_SCHEMA, TERM_SCHEMA, find_needs, map_terms, read_terms
from skillpath.pipeline.ingest import changes
from skillpath.pipeline.ingest.contracts import CONTRACTS
from skillpath.pipeline.ingest.record_rows import SHAPES, record_rows
from skillpath.pipeline.ingest.source_spec import SourceSpec
from skillpath.pipeline.ingest.sync_context import SourceContext


@dataclass(frozen=True)
class Derivation:
    """Rows that do not stand in the graph like that, and how many distinct terms the source has in all.

    Attributes:
        terms, rows: what is to be written.
        distinct, mapped: the source's terms, and those of them that are mapped to a skill.
    """

    terms: pl.DataFrame
    rows: pl.DataFrame
    distinct: int = 0
    mapped: int = 0


def derive(
    records: pl.DataFrame, known: pl.DataFrame, spec: SourceSpec, context: SourceContext, *, everything: bool
) -> Derivation:
    """Look at what changed alone, unless ``everything`` may be different.

    Args:
        records: every record of the source, with ``doc``, ``code`` and ``content``.
        known: how they stand in the graph.
    """
    contract = CONTRACTS[spec.contract]
    if not SHAPES[contract.name].needs:
        docs = changes.changed_docs(records, known, _none(), everything=everything, retry=context.retry)
        chosen = _chosen(records, docs, context.retry)
        rows = record_rows(contract, chosen, _none_needs(), _none_mentions(), context.settings)
        return Derivation(_none_terms(), changes.different(rows, known))
    mentions, terms = read_terms(records, spec.name)
    before = context.store.terms(spec.name)
    mapped, skills = _terms(terms, before, spec, context, everything=everything)
    touched = changes.touched_docs(mentions, skills, before)
    docs = changes.changed_docs(records, known, touched, everything=everything, retry=context.retry)
    chosen = _chosen(records, docs, context.retry)
    own = mentions.filter(pl.col("doc").is_in(docs.implode()))
    found = find_needs(chosen, own, skills, spec.scan, contract.name, context.vocabulary, context.settings)
    if contract.name == "jobs":
        # Skills that a posting only mentions say something of its occupation too.
        chosen = _clustered(chosen, found, context).with_columns(signatures(chosen))
    needs = choose_links(found, chosen, contract.name, context.settings.links)
    rows = record_rows(contract, chosen, needs, own, context.settings)
    return Derivation(mapped, changes.different(rows, known), skills.height, skills["skill"].count())


def _terms(
    terms: pl.DataFrame, before: pl.DataFrame, spec: SourceSpec, context: SourceContext, *, everything: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Term rows to write, and (code, skill) of every term; an unchanged term keeps its skill."""
    same = before.select("code", "text") if not everything else before.select("code", "text").clear()
    fresh = terms.join(same, on=["code", "text"], how="anti", maintain_order="left")
    rows = hashed(map_terms(fresh, context.vocabulary, context.settings, decisions(context.graph, spec.name)))
    kept = terms.join(same, on=["code", "text"], how="semi", maintain_order="left")
    unchanged = kept.join(before.select("code", "skill"), on="code", how="left", maintain_order="left")
    skills = pl.concat([unchanged.select("code", "skill"), rows.select("code", "skill")])
    written = rows.join(before.select("code", "hash"), on=["code", "hash"], how="anti", maintain_order="left")
    return written, skills


def _chosen(records: pl.DataFrame, docs: pl.Series, retry: bool) -> pl.DataFrame:
    corrected = pl.lit(True if retry else None, pl.Boolean)
    return records.filter(pl.col("doc").is_in(docs.implode())).with_columns(corrected=corrected)


def _clustered(records: pl.DataFrame, needs: pl.DataFrame, context: SourceContext) -> pl.DataFrame:
    places = records.select("doc").with_row_index("place").with_columns(pl.col("place").cast(pl.Int64))
    own = needs.join(places, on="doc").select(doc="place", code="code", strength="strength")
    found = context.vocabulary.clusters_of(records["title"].to_list(), own)
    found = found.with_columns(doc=records["doc"].gather(found["doc"]))
    return records.join(found, on="doc", how="left", maintain_order="left")


def _none() -> pl.Series:
    return pl.Series("doc", [], dtype=pl.Int64)


def _none_terms() -> pl.DataFrame:
    return pl.DataFrame(schema=TERM_SCHEMA).with_columns(hash=pl.lit(""))


def _none_mentions() -> pl.DataFrame:
    return pl.DataFrame(schema={"doc": pl.Int64, "term": pl.String})


def _none_needs() -> pl.DataFrame:
    return pl.DataFrame(schema=NEED_SCHEMA)
