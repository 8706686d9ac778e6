"""Writes a release as SKOS: what SKOS has words for in its words, the rest in ours, so that nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from skillpath.ontology.release import Release, RequirementDefaults
from skillpath.ontology.skos import CONCEPT, LANGUAGE, OURS, SYNTAX


def write_skos(release: Release, path: Path) -> None:
    """Write to ``path``, whose ending tells the syntax (.ttl, .rdf, .jsonld, .nt)."""
    from rdflib import DCTERMS, OWL, RDF, SKOS, Graph, Literal, Namespace, URIRef

    graph, ours = Graph(), Namespace(OURS)
    for prefix, space in (("skos", SKOS), ("dct", DCTERMS), ("owl", OWL), ("sp", ours)):
        graph.bind(prefix, space)
    every = [*release.skills.iter_rows(named=True), *release.clusters.iter_rows(named=True)]
    node = {row["code"]: URIRef(iri_of(row["code"], row["uri"])) for row in every}
    scheme = URIRef(f"{CONCEPT}scheme/{quote(release.name, safe='')}")
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.title, Literal(release.name)))
    graph.add((scheme, OWL.versionInfo, Literal(release.version)))
    for row in every:
        at = node[row["code"]]
        graph.add((at, RDF.type, SKOS.Concept))
        graph.add((at, SKOS.inScheme, scheme))
        graph.add((at, DCTERMS.identifier, Literal(row["code"])))
        graph.add((at, SKOS.prefLabel, Literal(row["label"], lang=LANGUAGE)))
        for label in row["altLabels"]:
            graph.add((at, SKOS.altLabel, Literal(label, lang=LANGUAGE)))
        _optional(graph, at, row, ours, SKOS, Literal)
        if row.get("status") == "deprecated":
            graph.add((at, OWL.deprecated, Literal(True)))
    for child, parent in release.broader.select("child", "parent").iter_rows():
        graph.add((node[child], SKOS.broader, node[parent]))
    for source, target, kind in release.related.select("source", "target", "kind").iter_rows():
        graph.add((node[source], ours[f"{kind}Relation"], node[target]))
    for old, new in release.replaced.select("old", "new").iter_rows():
        graph.add((node[old], DCTERMS.isReplacedBy, node[new]))
    _requirements(graph, release, node, ours)
    graph.serialize(destination=str(path), format=SYNTAX[path.suffix], encoding="utf-8")


def iri_of(code: str, uri: str | None) -> str:
    """The address of a concept: its own, or one made of its code."""
    return uri or CONCEPT + quote(code, safe=":/.-_")


def _optional(graph: Any, at: Any, row: dict[str, Any], ours: Any, skos: Any, literal: Any) -> None:
    graph.add((at, ours.kind, literal(row.get("kind", "occupation"))))
    if row["definition"] is not None:
        graph.add((at, skos.definition, literal(row["definition"], lang=LANGUAGE)))
    if row.get("status"):
        graph.add((at, ours.status, literal(row["status"])))
    if row.get("isco") is not None:
        graph.add((at, ours.isco, literal(row["isco"])))


def _requirements(graph: Any, release: Release, node: dict[str, Any], ours: Any) -> None:
    """Ordinary requirements as one statement; others as a node with level and weight."""
    from rdflib import BNode, Literal

    defaults = RequirementDefaults()
    usual = {
        True: (defaults.essential_level, defaults.essential_weight),
        False: (defaults.optional_level, defaults.optional_weight),
    }
    for cluster, skill, essential, level, weight in release.requirements.iter_rows():
        if usual[essential] == (level, weight):
            name = "requiresEssential" if essential else "requiresOptional"
            graph.add((node[cluster], ours[name], node[skill]))
            continue
        need = BNode()
        graph.add((node[cluster], ours.requires, need))
        graph.add((need, ours.skill, node[skill]))
        graph.add((need, ours.essential, Literal("true" if essential else "false")))
        graph.add((need, ours.level, Literal(repr(level))))
        graph.add((need, ours.weight, Literal(repr(weight))))
