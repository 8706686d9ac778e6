"""The SKOS writer: standard terms where they exist, our own elsewhere, without loss."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

from skillpath.ontology.formats.skos.statements import LANGUAGE, OCCUPATION, OURS, SCHEME, SKILL
from skillpath.ontology.formats.skos.syntax import syntax_of
from skillpath.ontology.release.release import Release, RequirementDefaults

# Addresses that every syntax gives back as they are: absolute, without dots to resolve, and not of our own making.
KEPT = re.compile(r"(?!urn:skillpath:)[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")
DOTS = re.compile(r"/\.\.?(/|$)")


def write_skos(release: Release, path: Path) -> None:
    """Write to ``path``, whose ending tells the syntax (.ttl, .rdf, .jsonld, .nt)."""
    from rdflib import DCTERMS, OWL, RDF, SKOS, Graph, Literal, Namespace, URIRef

    syntax, graph, ours = syntax_of(path), Graph(), Namespace(OURS)
    for prefix, space in (("skos", SKOS), ("dct", DCTERMS), ("owl", OWL), ("sp", ours)):
        graph.bind(prefix, space)
    skills, clusters = (list(frame.iter_rows(named=True)) for frame in (release.skills, release.clusters))
    uses = Counter(row["uri"] for row in (*skills, *clusters))
    scheme = URIRef(SCHEME + quote(release.name, safe=""))
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.title, Literal(release.name)))
    graph.add((scheme, OWL.versionInfo, Literal(release.version)))
    skill_at, cluster_at = _nodes(skills, SKILL, uses), _nodes(clusters, OCCUPATION, uses)
    for rows, nodes in ((skills, skill_at), (clusters, cluster_at)):
        for row in rows:
            at = nodes[row["code"]]
            graph.add((at, SKOS.inScheme, scheme))
            _concept(graph, at, row)
    for child, parent in release.broader.select("child", "parent").iter_rows():
        graph.add((skill_at[child], SKOS.broader, skill_at[parent]))
    for source, target, kind in release.related.select("source", "target", "kind").iter_rows():
        graph.add((skill_at[source], ours[f"{kind}Relation"], skill_at[target]))
    for old, new in release.replaced.select("old", "new").iter_rows():
        graph.add((skill_at[old], DCTERMS.isReplacedBy, skill_at[new]))
    _requirements(graph, release, cluster_at, skill_at)
    graph.serialize(destination=str(path), format=syntax, encoding="utf-8")


def _nodes(rows: list[dict[str, Any]], prefix: str, uses: Counter[str | None]) -> dict[str, Any]:
    """The node of each code: its own address where it has one to itself that can be written, else one of its code."""
    from rdflib import URIRef

    def own(uri: str | None) -> bool:
        return uri is not None and uses[uri] == 1 and bool(KEPT.fullmatch(uri)) and not DOTS.search(uri)

    made = {row["code"]: prefix + quote(row["code"], safe=":") for row in rows}
    return {row["code"]: URIRef(row["uri"] if own(row["uri"]) else made[row["code"]]) for row in rows}


def _concept(graph: Any, at: Any, row: dict[str, Any]) -> None:
    from rdflib import DCTERMS, OWL, RDF, SKOS, Literal, URIRef

    graph.add((at, RDF.type, SKOS.Concept))
    graph.add((at, DCTERMS.identifier, Literal(row["code"])))
    graph.add((at, SKOS.prefLabel, Literal(row["label"], lang=LANGUAGE)))
    for label in row["altLabels"]:
        graph.add((at, SKOS.altLabel, Literal(label, lang=LANGUAGE)))
    if row["definition"] is not None:
        graph.add((at, SKOS.definition, Literal(row["definition"], lang=LANGUAGE)))
    if row.get("status") == "deprecated":
        graph.add((at, OWL.deprecated, Literal(True)))
    stated = {"kind": row.get("kind", "occupation"), "status": row.get("status"), "isco": row.get("isco")}
    if row["uri"] != str(at):
        stated["address"] = row["uri"]
    for name, value in stated.items():
        if value is not None:
            graph.add((at, URIRef(OURS + name), Literal(value)))


def _requirements(graph: Any, release: Release, cluster_at: dict[str, Any], skill_at: dict[str, Any]) -> None:
    """Ordinary requirements as one statement; others as a node with level and weight."""
    from rdflib import BNode, Literal, Namespace

    ours, defaults = Namespace(OURS), RequirementDefaults()
    usual = {
        True: (defaults.essential_level, defaults.essential_weight),
        False: (defaults.optional_level, defaults.optional_weight),
    }
    for cluster, skill, essential, level, weight in release.requirements.iter_rows():
        if usual[essential] == (level, weight):
            name = "requiresEssential" if essential else "requiresOptional"
            graph.add((cluster_at[cluster], ours[name], skill_at[skill]))
            continue
        need = BNode()
        graph.add((cluster_at[cluster], ours.requires, need))
        graph.add((need, ours.skill, skill_at[skill]))
        graph.add((need, ours.essential, Literal("true" if essential else "false")))
        graph.add((need, ours.level, Literal(repr(level))))
        graph.add((need, ours.weight, Literal(repr(weight))))
