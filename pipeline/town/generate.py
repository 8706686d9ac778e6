"""Puts the parts of the town together and writes them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from skillpath.pipeline.town import truth
from skillpath.pipeline.town.demand import make_demand
from skillpath.pipeline.town.dirt import soil
from skillpath.pipeline.town.enrolments import make_enrolments
from skillpath.pipeline.town.files import write_table, write_texts
from skillpath.pipeline.town.learners import make_learners
from skillpath.pipeline.town.market import make_posts
from skillpath.pipeline.town.projects import make_projects
from skillpath.pipeline.town.resources import make_resources
from skillpath.pipeline.town.settings import TownSettings, TownSummary
from skillpath.pipeline.town.vocabulary import read_vocabulary


def generate_town(out: Path, settings: TownSettings) -> TownSummary:
    """Write the town into the folder `out`, replacing files of an earlier town there.

    Raises:
        BadInput: the folder cannot be written.
    """
    clean, latent = _make(settings)
    rows, dirty = {}, {}
    for name, table in clean.items():
        written, damage = (table, {}) if "/" in name else soil(settings, name, table)
        write_table(out, name, written)
        rows[name] = table.height
        if damage:
            dirty[name] = damage
    for name, table in latent.items():
        write_table(out, f"truth/{name}.parquet", table)
    write_texts(out, settings, {name: table.columns for name, table in clean.items()})
    return TownSummary(out, settings.seed, rows, dirty)


def _make(settings: TownSettings) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    vocabulary = read_vocabulary()
    demand = make_demand(settings, vocabulary)
    posts = make_posts(settings, vocabulary, demand)
    resources = make_resources(settings, vocabulary)
    learners = make_learners(settings, vocabulary)
    enrolments = make_enrolments(settings, vocabulary, learners, resources)
    clean = {
        "vocabulary/skills.csv": vocabulary.skill_table(),
        "vocabulary/clusters.csv": vocabulary.cluster_table(),
        "vocabulary/requirements.csv": vocabulary.requirement_table(),
        "jobs.csv": posts.table,
        "resources.csv": resources.table,
        "students.csv": learners.table,
        "enrolments.csv": enrolments.table,
        "projects.csv": make_projects(settings, vocabulary),
    }
    latent = {
        "demand": truth.demand_truth(settings, vocabulary, demand),
        "requirements": truth.requirement_truth(vocabulary, demand),
        "posts": truth.post_truth(vocabulary, posts),
        "students": truth.student_truth(vocabulary, learners),
        "gains": truth.gain_truth(vocabulary, resources),
        "levels": truth.level_truth(vocabulary, learners, resources, enrolments),
    }
    return clean, latent
