"""Statements of an RDF graph by predicate, as frames in a stable order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from rdflib import Graph

OURS = "urn:skillpath:vocabulary#"
SKILL, OCCUPATION, SCHEME = "urn:skillpath:concept/", "urn:skillpath:occupation/", "urn:skillpath:scheme/"
LANGUAGE = "en"
BLANK = "_:"
"""What the name of a node without an address begins with; the rest differs from one reading to the next."""


class Statements:
    """The statements of an RDF graph by predicate, as (subject, value, language) rows."""

    def __init__(self, graph: Graph) -> None:
        from rdflib import DCTERMS, OWL, RDF, SKOS

        self.graph = graph
        self.spaces = {"skos": str(SKOS), "dct": str(DCTERMS), "owl": str(OWL), "rdf": str(RDF), "ours": OURS}

    def rows(self, name: str) -> list[tuple[str, str, str]]:
        """The rows of one predicate, sorted."""
        from rdflib import URIRef

        space, local = name.split(":")
        found = self.graph.subject_objects(URIRef(self.spaces[space] + local))
        return sorted((_name(s), _name(o), getattr(o, "language", None) or "") for s, o in found)

    def frame(self, name: str, column: str) -> pl.DataFrame:
        """(iri, ``column``, language)."""
        schema = {"iri": pl.String, column: pl.String, "language": pl.String}
        return pl.DataFrame(self.rows(name), schema=schema, orient="row")

    def first(self, name: str, column: str) -> pl.DataFrame:
        """(iri, ``column``, language): one value for each subject, English, else without language, else the first."""
        regional = pl.col("language").str.starts_with(f"{LANGUAGE}-")
        rank = pl.col("language").replace_strict({LANGUAGE: 0, "": 2}, default=pl.when(regional).then(1).otherwise(3))
        found = self.frame(name, column).sort("iri", rank, "language", column)
        return found.unique("iri", keep="first", maintain_order=True)

    def links(self, names: Iterable[str], columns: tuple[str, str]) -> pl.DataFrame:
        """(``columns``, predicate): both ends by address, in the order of ``names``."""
        rows = [(subject, value, name) for name in names for subject, value, _ in self.rows(name)]
        return pl.DataFrame(rows, schema=dict.fromkeys((*columns, "predicate"), pl.String), orient="row")

    def of_type(self, name: str) -> list[str]:
        """The subjects of a class, sorted."""
        space, local = name.split(":")
        return [s for s, o, _ in self.rows("rdf:type") if o == self.spaces[space] + local]

    def scheme(self) -> tuple[str | None, str | None]:
        """Title and version of the first concept scheme that has them."""
        schemes = set(self.of_type("skos:ConceptScheme"))
        titles = self.first("dct:title", "value").filter(pl.col("iri").is_in(list(schemes)))["value"]
        versions = self.first("owl:versionInfo", "value").filter(pl.col("iri").is_in(list(schemes)))["value"]
        return next(iter(titles), None), next(iter(versions), None)


def _name(node: Any) -> str:
    from rdflib import BNode

    return BLANK + str(node) if isinstance(node, BNode) else str(node)
