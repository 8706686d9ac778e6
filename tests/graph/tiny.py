"""A tiny graph by hand: two skills, a cluster, a resource, a student."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillpath.graph.core import bulk
from skillpath.graph.core.bulk import Counts, upsert
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.sources import UPSERTS


def skill_rows(**changes: Any) -> pl.DataFrame:
    row: dict[str, Any] = {"definition": None, "kind": "skill", "status": "released", "uri": None, "category": None}
    rows: list[dict[str, Any]] = [
        {"code": "k:sql", "label": "SQL", "altLabels": ["structured query language"], "hash": "1", **row},
        {"code": "k:git", "label": "Git", "altLabels": [], "hash": "1", **row},
    ]
    rows[0] |= changes
    return pl.DataFrame(rows, schema_overrides={"definition": pl.String, "uri": pl.String, "category": pl.String})


def resource_rows(needs: list[dict[str, Any]], hash_: str = "1") -> pl.DataFrame:
    schema = {"code": pl.String, "gain": pl.Float64, "via": pl.String}
    return pl.DataFrame(
        {
            "code": ["r:course"],
            "label": ["Course"],
            "properties": [{"label": "SQL basics"}],
            "region": [None],
            "needs": [needs],
            "terms": [[]],
            "content": [hash_],
            "hash": [hash_],
        },
        schema_overrides={"needs": pl.List(pl.Struct(schema)), "terms": pl.List(pl.String)},
    )


def student_rows(codes: list[str]) -> pl.DataFrame:
    level = pl.Struct({"code": pl.String, "level": pl.Float64})
    return pl.DataFrame(
        {
            "code": codes,
            "properties": [{"cohort": 2024}] * len(codes),
            "region": ["Hill"] * len(codes),
            "target": ["c:analyst"] * len(codes),
            "needs": [[{"code": "k:git", "level": 0.3}]] * len(codes),
            "terms": [[]] * len(codes),
            "content": ["1"] * len(codes),
            "hash": ["1"] * len(codes),
        },
        schema_overrides={"needs": pl.List(level), "terms": pl.List(pl.String)},
    )


def term_rows(skill: str | None, hash_: str = "1") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "code": ["s:sequel"],
            "text": ["sequel"],
            "skill": [skill],
            "method": ["fuzzy" if skill else None],
            "score": [0.8],
            "status": ["mapped" if skill else "unmapped"],
            "candidates": [[{"skill": "k:sql", "score": 0.4, "method": "ngrams"}]],
            "hash": [hash_],
        },
        schema_overrides={"skill": pl.String, "method": pl.String},
    )


def fill(graph: Graph, *, backwards: bool = False) -> Counts:
    """Write the tiny graph, its rows in one order or the other."""
    skills = skill_rows()
    upsert(graph, bulk.UPSERT_SKILLS, skills.reverse() if backwards else skills, source="t")
    cluster: dict[str, Any] = {"code": "c:analyst", "label": "analyst", "altLabels": []}
    cluster |= {"definition": None, "isco": None, "uri": None}
    upsert(graph, bulk.UPSERT_CLUSTERS, pl.DataFrame([{**cluster, "hash": "1"}]), source="t")
    needs = pl.DataFrame(
        {
            "cluster": ["c:analyst"] * 2,
            "skill": ["k:sql", "k:git"],
            "level": [0.8, 0.4],
            "weight": [1.0, 0.5],
            "essential": [True, False],
        }
    )
    upsert(graph, bulk.LINK_REQUIREMENTS, needs.reverse() if backwards else needs, source="t")
    gains = resource_rows([{"code": "k:sql", "gain": 0.6, "via": "title"}])
    upsert(graph, UPSERTS["resources"], gains, source="t", synthetic=True)
    codes = ["u:2", "u:1"] if backwards else ["u:1", "u:2"]
    upsert(graph, UPSERTS["students"], student_rows(codes), source="t", synthetic=True)
    enrolments = pl.DataFrame(
        {
            "code": ["u:1|r:course"],
            "student": ["u:1"],
            "resource": ["r:course"],
            "properties": [{"progress": 0.5}],
            "content": ["1"],
            "hash": ["1"],
        }
    )
    return upsert(graph, UPSERTS["enrolments"], enrolments, source="t")
