"""Descriptions of the town's tables: town.toml for the sync, and a README."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from skillpath.synthetic.output.writer import unwritable
from skillpath.synthetic.town_settings import TownSettings

CONTRACTS = {
    "posts": "jobs",
    "resources": "resources",
    "students": "students",
    "enrolments": "enrolments",
    "projects": "projects",
    "events": "events",
    "feedback": "feedback",
    "participation": "participation",
}
"""Source name → contract, which is also the name of its file, in the order in which they must be read."""

README = """SYNTHETIC DATA

Everything in this folder is made up by a program: the town of Aldermere, its employers, its students, its
courses and its job market do not exist, and no row describes a real person, post or course.
Seed {seed}; the same seed and settings give the same bytes.

vocabulary/   skills (three levels), job clusters and their requirements; written by hand for this project
*.csv         what a sync reads, described by town.toml; a few rows are broken on purpose
truth/        the latent quantities the rows were drawn from; for judging results, never for training
"""


def write_texts(folder: Path, settings: TownSettings, columns: Mapping[str, list[str]]) -> None:
    """Write town.toml and README.txt; `columns` gives the columns of each CSV file."""
    sources = [_source(name, contract, columns[f"{contract}.csv"]) for name, contract in CONTRACTS.items()]
    config = "\n".join(['name = "town"', "synthetic = true", *sources])
    try:
        (folder / "town.toml").write_text(config + "\n", encoding="utf-8")
        (folder / "README.txt").write_text(README.format(seed=settings.seed), encoding="utf-8")
    except OSError as error:
        raise unwritable(folder, error) from error


def _source(name: str, contract: str, columns: list[str]) -> str:
    lines = [
        "",
        "[[source]]",
        f'name = "{name}"',
        f'contract = "{contract}"',
        f'path = "{contract}.csv"',
        "[source.columns]",
        *(f'{column} = "{column}"' for column in columns),
    ]
    if "salary" in columns:
        lines += ["[source.money]", 'currency = "EUR"', 'period = "year"']
    if "skills" in columns:
        lines += ["[source.lists]", 'skills = "|"']
    return "\n".join(lines)
