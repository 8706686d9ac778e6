"""Reads SKOS (Turtle, RDF/XML, JSON-LD, N-Triples): our own without loss, others as far as SKOS says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from skillpath.errors import BadInput
from skillpath.ontology.assembly import (
    Parts,
    assemble,
    check_broader,
    check_concepts,
    check_related,
    check_requirements,
)
from skillpath.ontology.files import check_file
from skillpath.ontology.redirects import known_pairs
from skillpath.ontology.release import KINDS, REPLACED, Release, RequirementDefaults
from skillpath.ontology.sieve import Sieve

if TYPE_CHECKING:
    from rdflib import Graph

OURS = "urn:skillpath:vocabulary#"
CONCEPT = "urn:skillpath:concept/"
SYNTAX = {".ttl": "turtle", ".rdf": "xml", ".xml": "xml", ".jsonld": "json-ld", ".json": "json-ld", ".nt": "nt"}
LANGUAGE = "en"


def read_skos(path: Path) -> Release:
    """Read one SKOS file; its ending tells the syntax.

    Concepts of other people get codes from their notation or address, the English label or else any, and count as
    skills; two preferred labels in one language put the concept in the quarantine.

    Raises:
        BadInput: the file is missing, of another kind, or broken (with the place where).
    """
    graph = _parsed(path)
    told = _Told(graph)
    concepts = _concepts(told, path.name)
    clusters = Sieve(path.name, concepts.filter(pl.col("occupation")))
    skills = Sieve(path.name, concepts.filter(~pl.col("occupation")))
    for sieve, taken in ((skills, []), (clusters, [skills.rows["code"]])):
        _one_label(sieve)
        check_concepts(sieve, list(taken))
    _known_kinds(skills)
    code_of = dict(concepts.select("iri", "code").iter_rows())
    codes = skills.rows["code"]
    broader = _edges(told, path.name, code_of, ("child", "parent"), {"skos:broader": None})
    narrower = _edges(told, path.name, code_of, ("parent", "child"), {"skos:narrower": None})
    broader.rows = pl.concat([broader.rows, narrower.rows.select(broader.rows.columns)])
    broader.rows = broader.rows.unique(["child", "parent"], keep="first", maintain_order=True)
    kinds = {"ours:essentialRelation": "essential", "ours:optionalRelation": "optional", "skos:related": "optional"}
    related = _edges(told, path.name, code_of, ("source", "target"), kinds)
    related.rows = related.rows.unique(["source", "target"], keep="first", maintain_order=True)
    check_broader([broader], codes)
    check_related(related, codes)
    needs = _requirements(told, path.name, code_of)
    check_requirements(needs, clusters.rows["code"], codes)
    title, version = told.scheme(path)
    release = assemble(title, version, Parts([skills], [broader], [related], [clusters], [needs]))
    successors = [(code_of.get(s, s), code_of.get(o, o)) for s, o, _ in told.rows("dct:isReplacedBy")]
    pairs = pl.DataFrame(successors, schema=REPLACED, orient="row")
    return replace(release, replaced=known_pairs(pairs, codes))


class _Told:
    """What a graph says, by predicate, as (subject, value, language) rows in a stable order."""

    def __init__(self, graph: Graph) -> None:
        from rdflib import DCTERMS, OWL, RDF, SKOS

        self.graph = graph
        self.spaces = {"skos": str(SKOS), "dct": str(DCTERMS), "owl": str(OWL), "rdf": str(RDF), "ours": OURS}

    def rows(self, name: str) -> list[tuple[str, str, str]]:
        from rdflib import URIRef

        space, local = name.split(":")
        found = self.graph.subject_objects(URIRef(self.spaces[space] + local))
        return sorted((str(s), str(o), getattr(o, "language", None) or "") for s, o in found)

    def frame(self, name: str, column: str) -> pl.DataFrame:
        schema = {"iri": pl.String, column: pl.String, "language": pl.String}
        return pl.DataFrame(self.rows(name), schema=schema, orient="row")

    def first(self, name: str, column: str) -> pl.DataFrame:
        """One value for each subject: English, else without language, else the first."""
        rank = pl.col("language").replace_strict({LANGUAGE: 0, "": 1}, default=2)
        found = self.frame(name, column).sort("iri", rank, "language", column)
        return found.unique("iri", keep="first", maintain_order=True).select("iri", column)

    def scheme(self, path: Path) -> tuple[str, str]:
        titles, versions = self.rows("dct:title"), self.rows("owl:versionInfo")
        digest = blake2b(path.read_bytes(), digest_size=6).hexdigest()
        return (titles[0][1] if titles else path.stem), (versions[0][1] if versions else digest)


def _parsed(path: Path) -> Graph:
    from rdflib import Graph

    check_file(path)
    if path.suffix not in SYNTAX:
        raise BadInput("Not a SKOS file by its ending", where=str(path), todo=f"Use one of {', '.join(SYNTAX)}")
    graph = Graph()
    try:
        with path.open("rb") as stream:
            graph.parse(stream, format=SYNTAX[path.suffix])
    except Exception as error:
        # A parser that trips over a broken file raises whatever it tripped over, an IndexError included.
        first = " ".join(str(error).split())[:200]
        raise BadInput(f"The file is broken: {first}", where=str(path), todo="Mend that place") from error
    return graph


def _concepts(told: _Told, file: str) -> pl.DataFrame:
    concepts = sorted(s for s, o, _ in told.rows("rdf:type") if o == told.spaces["skos"] + "Concept")
    if not concepts:
        raise BadInput("The file holds no skos:Concept", where=file, todo="Give a SKOS vocabulary")
    frame = pl.DataFrame({"iri": concepts}).with_row_index("row", offset=1)
    labels = told.frame("skos:prefLabel", "label")
    twice = labels.group_by("iri", "language").len().filter(pl.col("len") > 1).select("iri").unique()
    singles = ("dct:identifier", "code"), ("skos:notation", "notation"), ("skos:definition", "definition")
    ours = ("ours:kind", "kind"), ("ours:status", "status"), ("ours:isco", "isco"), ("ours:address", "address")
    for name, column in (("skos:prefLabel", "label"), *singles, *ours, ("owl:deprecated", "deprecated")):
        frame = frame.join(told.first(name, column), on="iri", how="left", maintain_order="left")
    others = told.frame("skos:altLabel", "alt").filter(pl.col("language").is_in([LANGUAGE, ""]))
    alt = others.group_by("iri").agg(altLabels=pl.col("alt").unique().sort())
    frame = frame.join(alt, on="iri", how="left", maintain_order="left")
    ending = pl.col("iri").str.extract(r"([^/#]+)[/#]?$").fill_null(pl.col("iri"))
    dead = (pl.col("deprecated").str.to_lowercase() == "true").fill_null(False)
    return frame.with_columns(
        code=pl.coalesce("code", pl.lit("skos:") + pl.coalesce("notation", ending)),
        altLabels=pl.col("altLabels")
        .fill_null([])
        .list.set_difference(pl.concat_list(pl.col("label").fill_null("")))
        .list.sort(),
        uri=pl.when(~pl.col("iri").str.starts_with(CONCEPT)).then(pl.coalesce("address", "iri")).otherwise("address"),
        occupation=(pl.col("kind") == "occupation").fill_null(False),
        kind=pl.col("kind").fill_null("skill"),
        status=pl.coalesce("status", pl.when(dead).then(pl.lit("deprecated")).otherwise(pl.lit("released"))),
        twice=pl.col("iri").is_in(twice["iri"].implode()),
    )


def _one_label(sieve: Sieve) -> None:
    sieve.drop(pl.col("twice"), "label", "the concept has two preferred labels in one language", "duplicate")


def _known_kinds(skills: Sieve) -> None:
    skills.among("kind", KINDS)


def _edges(
    told: _Told, file: str, code_of: dict[str, str], ends: tuple[str, str], kinds: Mapping[str, str | None]
) -> Sieve:
    """Links between concepts; an end that is no concept keeps its address, so that the checks turn it away."""
    rows: list[tuple[str, str, str | None]] = []
    for name, kind in kinds.items():
        rows += [(code_of.get(s, s), code_of.get(o, o), kind) for s, o, _ in told.rows(name)]
    schema = {ends[0]: pl.String, ends[1]: pl.String, "kind": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_row_index("row", offset=1)
    return Sieve(file, frame.select("row", *sorted(ends), "kind"))


def _requirements(told: _Told, file: str, code_of: dict[str, str]) -> Sieve:
    defaults = RequirementDefaults()
    rows: list[tuple[str, str, bool, float, float]] = []
    plain: Iterable[tuple[str, bool, float, float]] = (
        ("ours:requiresEssential", True, defaults.essential_level, defaults.essential_weight),
        ("ours:requiresOptional", False, defaults.optional_level, defaults.optional_weight),
    )
    for name, essential, level, weight in plain:
        rows += [(code_of.get(s, s), code_of.get(o, o), essential, level, weight) for s, o, _ in told.rows(name)]
    parts: dict[str, dict[str, Any]] = {}
    for name in ("skill", "essential", "level", "weight"):
        for node, value, _ in told.rows(f"ours:{name}"):
            parts.setdefault(node, {})[name] = value
    for subject, node, _ in told.rows("ours:requires"):
        part = parts.get(node, {})
        skill = code_of.get(part.get("skill", ""), part.get("skill", ""))
        try:
            level, weight = float(part["level"]), float(part["weight"])
        except (KeyError, ValueError) as error:
            raise BadInput("A requirement lacks level or weight", where=file, todo="Give both, 0 to 1") from error
        rows.append((code_of.get(subject, subject), skill, part.get("essential") == "true", level, weight))
    schema = {
        "cluster": pl.String,
        "skill": pl.String,
        "essential": pl.Boolean,
        "level": pl.Float64,
        "weight": pl.Float64,
    }
    return Sieve(file, pl.DataFrame(rows, schema=schema, orient="row").with_row_index("row", offset=1))
