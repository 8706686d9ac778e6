"""Writes a release in any of the formats that can be read again without loss."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from skillpath.errors import BadInput
from skillpath.ontology.formats.skos.syntax import syntax_of
from skillpath.ontology.formats.tabular import ESCAPED
from skillpath.ontology.release.release import Release


def write_csv_vocabulary(release: Release, folder: Path) -> None:
    """Write skills.csv, clusters.csv, requirements.csv and related.csv, and the release's name and version."""
    folder.mkdir(parents=True, exist_ok=True)
    parents = release.broader.group_by(code="child").agg(broader=pl.col("parent").sort().str.join("|"))
    skills = release.skills.join(parents, on="code", how="left", maintain_order="left").drop("category")
    successors = release.replaced.select(code="old", replacedBy="new")
    skills = skills.join(successors, on="code", how="left", maintain_order="left")
    joined = pl.col("altLabels").list.eval(pl.element().str.replace_all("|", ESCAPED, literal=True)).list.join("|")
    skills.with_columns(joined).write_csv(folder / "skills.csv")
    release.clusters.with_columns(joined).write_csv(folder / "clusters.csv")
    release.requirements.write_csv(folder / "requirements.csv")
    release.related.write_csv(folder / "related.csv")
    named = pl.DataFrame({"name": [release.name], "version": [release.version]})
    named.write_csv(folder / "release.csv")


def _skos(release: Release, path: Path) -> None:
    from skillpath.ontology.formats.skos.writer import write_skos

    syntax_of(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_skos(release, path)


WRITERS: dict[str, Callable[[Release, Path], None]] = {"csv": write_csv_vocabulary, "skos": _skos}


def write_release(format: str, release: Release, path: Path) -> None:
    """Write a vocabulary; raises BadInput for an unknown format."""
    if format not in WRITERS:
        raise BadInput(f"There is no format {format!r}", where="export", todo=f"Use {' or '.join(sorted(WRITERS))}")
    WRITERS[format](release, path)
