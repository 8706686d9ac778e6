"""Reader of the hand-written CSV files that ship with the package."""

from __future__ import annotations

from importlib.resources import files

import polars as pl

FOLDER = files("skillpath.synthetic").joinpath("data")


def read_packaged(name: str) -> pl.DataFrame:
    """Return the packaged file `name` (such as `clusters.csv`), every column as text."""
    content = FOLDER.joinpath(name).read_bytes()
    return pl.read_csv(content, infer_schema=False).with_columns(pl.all().fill_null(""))


def read_skill_files() -> pl.DataFrame:
    """Return all skills of all domains, files in the order of their names."""
    names = sorted(entry.name for entry in FOLDER.joinpath("skills").iterdir() if entry.name.endswith(".csv"))
    return pl.concat([read_packaged(f"skills/{name}") for name in names])
