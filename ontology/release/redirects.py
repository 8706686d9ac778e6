"""Application of redirects: links of replaced codes are moved to their successors."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from skillpath.ontology.release.hierarchy import closing_edges
from skillpath.ontology.release.release import Release


def resolved(pairs: pl.DataFrame) -> pl.DataFrame:
    """(old, new) with ``new`` the end of each chain; pairs that go round in a circle are left out."""
    found = pairs.select("old", "new")
    for _ in range(pairs.height.bit_length()):
        found = (
            found.join(found, left_on="new", right_on="old", how="left", maintain_order="left")
            .select("old", new=pl.coalesce("new_right", "new"))
            .unique("old", keep="first", maintain_order=True)
        )
    return found.filter(pl.col("old") != pl.col("new")).join(found, left_on="new", right_on="old", how="anti")


def known_pairs(pairs: pl.DataFrame, codes: pl.Series) -> pl.DataFrame:
    """(old, new) of skills that are both there, one for each old one, sorted."""
    both = pairs.drop_nulls().filter(pl.col("old").is_in(codes.implode()) & pl.col("new").is_in(codes.implode()))
    return (
        both.filter(pl.col("old") != pl.col("new")).sort("old", "new").unique("old", keep="first", maintain_order=True)
    )


def redirected(release: Release, pairs: pl.DataFrame) -> Release:
    """The release with every link moved to the skill that replaced its own; links that fall together are joined.

    The joined link has the higher level and weight, and is essential if one of them is. The skills stay as they are.
    """
    if pairs.is_empty():
        return release
    ends = resolved(pairs)
    broader = _moved(release.broader, ends, "child", "parent")
    broader = broader.filter(pl.col("child") != pl.col("parent")).unique(maintain_order=True).sort("child", "parent")
    related = _moved(release.related, ends, "source", "target")
    related = related.filter(pl.col("source") != pl.col("target"))
    needs = _moved(release.requirements, ends, "skill")
    return replace(
        release,
        broader=broader.filter(~closing_edges(broader)),
        related=related.group_by("source", "target").agg(pl.col("kind").min()).sort("source", "target"),
        requirements=needs.group_by("cluster", "skill")
        .agg(pl.col("essential").any(), pl.col("level").max(), pl.col("weight").max())
        .sort("cluster", "skill"),
    )


def _moved(rows: pl.DataFrame, ends: pl.DataFrame, *columns: str) -> pl.DataFrame:
    for column in columns:
        to = ends.select(pl.col("old").alias(column), pl.col("new"))
        rows = rows.join(to, on=column, how="left", maintain_order="left")
        rows = rows.with_columns(pl.coalesce("new", column).alias(column)).drop("new")
    return rows
