"""The SKOS reader (Turtle, RDF/XML, JSON-LD, N-Triples)."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

import polars as pl

from skillpath.ontology.formats.assembly import (
    ReleaseParts,
    assemble,
    check_broader,
    check_concepts,
    check_related,
    check_requirements,
)
from skillpath.ontology.formats.row_checks import RowChecks
from skillpath.ontology.formats.skos.concepts import read_concepts
from skillpath.ontology.formats.skos.requirements import read_needs
from skillpath.ontology.formats.skos.statements import BLANK, Statements
from skillpath.ontology.formats.skos.syntax import parsed
from skillpath.ontology.matching.text_cleaning import DAMAGED
from skillpath.ontology.release.redirects import known_pairs
from skillpath.ontology.release.release import KINDS, STATUSES, Release

RELATIONS = {"ours:essentialRelation": "essential", "ours:optionalRelation": "optional", "skos:related": "optional"}
"""What a link between two skills is, the strongest first."""


def read_skos(path: Path) -> Release:
    """Read one SKOS file; its ending tells the syntax.

    Concepts of other people get codes from their notation or address (with a digest of the address where two would
    be the same), the English label or else any, and count as skills. Two preferred labels in one language, or no
    address, put a concept in the quarantine, where ``row`` counts the concepts by address.

    Raises:
        BadInput: the file is missing, of another kind, broken (with the line), or needs another file.
    """
    statements = Statements(parsed(path))
    concepts = read_concepts(statements, path)
    skills = _checked(RowChecks(path.name, concepts.filter(~pl.col("occupation"))), KINDS)
    clusters = _checked(RowChecks(path.name, concepts.filter(pl.col("occupation"))), ("occupation",))
    # Links are checked by address and coded afterwards: a code may read like the address of something else.
    broader, related, needs = (
        _broader(statements, path.name),
        _related(statements, path.name),
        read_needs(statements, path.name),
    )
    check_broader([broader], skills.rows["iri"])
    check_related(related, skills.rows["iri"])
    check_requirements(needs, clusters.rows["iri"], skills.rows["iri"])
    skill_of, cluster_of = (row_checks.rows.select("iri", "code") for row_checks in (skills, clusters))
    broader.rows = _coded(broader.rows, {"child": skill_of, "parent": skill_of})
    related.rows = _coded(related.rows, {"source": skill_of, "target": skill_of})
    needs.rows = _coded(needs.rows, {"cluster": cluster_of, "skill": skill_of})
    name, version = statements.scheme()
    digest = blake2b(path.read_bytes(), digest_size=6).hexdigest()
    parts = ReleaseParts([skills], [broader], [related], [clusters], [needs])
    replaced = _coded(statements.links(["dct:isReplacedBy"], ("old", "new")), {"old": skill_of, "new": skill_of})
    pairs = known_pairs(replaced.select("old", "new"), skills.rows["code"])
    return replace(assemble(name or path.stem, version or digest, parts), replaced=pairs)


def _checked(concepts: RowChecks, kinds: tuple[str, ...]) -> RowChecks:
    concepts.drop(pl.col("blank"), "label", "the concept has no address", "missing")
    concepts.drop(pl.col("twice"), "label", "the concept has two preferred labels in one language", "duplicate")
    damaged = pl.col("altLabels").list.join("|").str.contains(DAMAGED)
    concepts.drop(damaged, "label", "another label of the concept is not valid UTF-8 text", "encoding")
    check_concepts(concepts, [])
    concepts.among("kind", kinds)
    concepts.among("status", STATUSES)
    return concepts


def _broader(statements: Statements, file: str) -> RowChecks:
    upwards = statements.links(["skos:broader"], ("child", "parent"))
    downwards = statements.links(["skos:narrower"], ("parent", "child")).select(upwards.columns)
    return _links(file, pl.concat([upwards, downwards]), "child", "parent")


def _related(statements: Statements, file: str) -> RowChecks:
    links = statements.links(RELATIONS, ("source", "target"))
    return _links(file, links.with_columns(kind=pl.col("predicate").replace_strict(RELATIONS)), "source", "target")


def _links(file: str, links: pl.DataFrame, start: str, end: str) -> RowChecks:
    """Duplicate links, from both ends or by two predicates, count once; the first one gives the kind."""
    named = links.with_columns(
        pl.when(pl.col(c).str.starts_with(BLANK)).then(pl.lit(BLANK)).otherwise(c).alias(c) for c in (start, end)
    )
    return RowChecks(file, named.unique([start, end], keep="first", maintain_order=True))


def _coded(links: pl.DataFrame, ends: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The links between concepts that are there, with codes in place of addresses."""
    for column, code_of in ends.items():
        found = code_of.rename({"iri": column, "code": "_code"})
        links = links.join(found, on=column, how="inner", maintain_order="left")
        links = links.drop(column).rename({"_code": column})
    return links
