"""Generator of the synthetic town: the market month by month, then students in groups."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.market.demand_process import make_demand
from skillpath.synthetic.market.posting_generator import PostingGenerator
from skillpath.synthetic.output import ground_truth
from skillpath.synthetic.output.descriptions import write_texts
from skillpath.synthetic.output.writer import TownWriter
from skillpath.synthetic.students.cohorts import Population, make_population
from skillpath.synthetic.students.enrolments import make_enrolments
from skillpath.synthetic.students.latent_levels import final_levels
from skillpath.synthetic.students.participation import make_participation
from skillpath.synthetic.students.placements import make_placements, placement_truth
from skillpath.synthetic.students.projects import Projects, make_projects
from skillpath.synthetic.students.resources import Resources, make_resources
from skillpath.synthetic.students.students import make_student_group
from skillpath.synthetic.students.training_events import make_events
from skillpath.synthetic.students.work_feedback import make_feedback
from skillpath.synthetic.town_settings import TownSettings, TownSummary
from skillpath.synthetic.town_vocabulary import read_vocabulary


def generate_town(out: Path, settings: TownSettings) -> TownSummary:
    """Write the town into the folder `out`, replacing files of an earlier town there.

    Raises:
        BadInput: the folder cannot be written.
    """
    vocabulary = read_vocabulary()
    market = PostingGenerator.of(settings, vocabulary, make_demand(settings, vocabulary))
    resources = make_resources(settings, vocabulary)
    projects = make_projects(settings, vocabulary)
    with TownWriter(out, settings) as writer:
        _write_whole(writer, settings, market, resources, projects)
        posted_by = _write_postings(writer, market)
        population = make_population(settings, vocabulary)
        group = _Group(writer, market, posted_by, resources, projects, population)
        for rows in settings.student_blocks:
            group.write(rows)
        writer.finish()
        write_texts(out, settings, writer.columns)
    return TownSummary(out, settings.seed, writer.rows, writer.dirty)


def _write_whole(
    writer: TownWriter, settings: TownSettings, market: PostingGenerator, resources: Resources, projects: Projects
) -> None:
    """What is small enough to be written at once."""
    vocabulary, demand = market.vocabulary, market.demand
    tables = {
        "vocabulary/skills.csv": vocabulary.skill_table(),
        "vocabulary/clusters.csv": vocabulary.cluster_table(),
        "vocabulary/requirements.csv": vocabulary.requirement_table(),
        "resources.csv": resources.table,
        "projects.csv": projects.table,
        "truth/demand.parquet": ground_truth.demand_truth(settings, vocabulary, demand, market.plan),
        "truth/demand_shocks.parquet": ground_truth.shock_truth(settings, demand),
        "truth/diffusion.parquet": ground_truth.diffusion_truth(settings, vocabulary, demand),
        "truth/requirements.parquet": ground_truth.requirement_truth(vocabulary, demand),
        "truth/gains.parquet": ground_truth.gain_truth(vocabulary, resources),
        "truth/parameters.parquet": ground_truth.parameter_truth(settings),
    }
    for name, table in tables.items():
        writer.append(name, table)


def _write_postings(writer: TownWriter, market: PostingGenerator) -> NDArray[np.int16]:
    """Write all postings; return the row of the employer of each."""
    number = {employer: row for row, employer in enumerate(market.employers.table["employer"])}
    posted_by = []
    for postings in market.blocks():
        writer.append("jobs.csv", postings.table)
        writer.append("truth/postings.parquet", ground_truth.posting_truth(market.vocabulary, postings))
        posted_by.append(postings.table["employer"].replace_strict(number, return_dtype=pl.Int16).to_numpy())
    return np.concatenate(posted_by)


class _Group:
    """Writes students with all that is about them, one group after the other."""

    def __init__(
        self,
        writer: TownWriter,
        market: PostingGenerator,
        posted_by: NDArray[np.int16],
        resources: Resources,
        projects: Projects,
        population: Population,
    ) -> None:
        self._writer, self._market, self._posted_by = writer, market, posted_by
        self._resources, self._projects, self._population = resources, projects, population

    def write(self, rows: range) -> None:
        """Write the students in these rows of the roll."""
        settings, vocabulary, append = self._market.settings, self._market.vocabulary, self._writer.append
        students = make_student_group(settings, vocabulary, self._population, rows)
        enrolments = make_enrolments(settings, vocabulary, students, self._resources)
        levels = final_levels(students, self._resources, enrolments)
        joined = make_participation(settings, self._population, students, levels, self._projects)
        placements = make_placements(
            settings, vocabulary, self._population, self._market.plan, students, self._resources, enrolments
        )
        first = self._writer.rows.get("feedback.csv", 0) + 1
        feedback = make_feedback(settings, students, placements, self._market.employers, self._posted_by, first)
        append("students.csv", students.table)
        append("enrolments.csv", enrolments.table)
        append("events.csv", make_events(settings, students, enrolments))
        append("feedback.csv", feedback.table)
        append("participation.csv", joined.table)
        append("truth/choices.parquet", ground_truth.choice_truth(enrolments))
        append("truth/tastes.parquet", ground_truth.taste_truth(vocabulary, students, enrolments.tastes))
        append("truth/students.parquet", ground_truth.student_truth(vocabulary, students, joined.chance))
        append("truth/levels.parquet", ground_truth.level_truth(vocabulary, students, levels))
        known = placement_truth(vocabulary, students, placements).hstack(feedback.latent)
        append("truth/feedback.parquet", feedback.table.select("code").hstack(known))
