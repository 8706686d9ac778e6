"""Trains and measures the matcher over the vocabulary that is in the graph."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from skillpath.common.atomic import write_atomic
from skillpath.errors import Unavailable
from skillpath.graph.core.connection import Graph
from skillpath.graph.curation.vocabulary_queries import DEFINITIONS, EVERY
from skillpath.ontology.evaluation.gold import read_gold
from skillpath.ontology.evaluation.matching_evaluation import Evaluation, cross_fitted_error, evaluate, first_features
from skillpath.ontology.evaluation.methods import baselines, ours
from skillpath.ontology.ranking.match_calibration import Calibration, fit
from skillpath.ontology.ranking.ranker import Ranker, SkillRankSettings
from skillpath.ontology.ranking.semantic import Encoder
from skillpath.ontology.release.release import BROADER
from skillpath.ontology.release.release import REQUIREMENTS as RELEASED
from skillpath.pipeline.common.progress import Reporter

if TYPE_CHECKING:
    from skillpath.embeddings.matcher_training import MatcherTraining

SKILLS = {"code": pl.String, "label": pl.String, "altLabels": pl.List(pl.String), "definition": pl.String}
CALIBRATION, CARD = "calibration.json", "matcher.json"


@dataclass(frozen=True)
class MatcherEvaluation:
    """An evaluation of every gold set, and how a calibration fitted on them fares on what it has not seen."""

    results: list[Evaluation]
    refit: dict[str, Any] | None


def read_skills(graph: Graph) -> pl.DataFrame:
    """code, label, altLabels, definition of what a text can mean, sorted by code.

    Raises:
        Unavailable: no ontology was imported yet.
    """
    skills = graph.frame(DEFINITIONS, SKILLS).sort("code")
    if skills.is_empty():
        raise Unavailable("The graph holds no skills yet", todo="Run `skillpath ontology import FORMAT PATH` first")
    return skills


def train_matcher(graph: Graph, folder: Path, settings: MatcherTraining, report: Reporter) -> dict[str, Any]:
    """Fine-tune the encoder on the graph's vocabulary into ``folder``; an interrupted training goes on."""
    from skillpath.embeddings.matcher_pairs import PairSource
    from skillpath.embeddings.matcher_training import MatcherTrainer

    with report.step("read the vocabulary"):
        source = PairSource(
            read_skills(graph),
            graph.frame(EVERY["broader"], BROADER).sort("child", "parent"),
            graph.frame(EVERY["requirements"], RELEASED).sort("cluster", "skill"),
        )
    trainer = MatcherTrainer(source, folder, settings)
    started = time.monotonic()
    with report.step("train the matcher") as tick:
        learned = trainer.train(tick) | {"seconds": round(time.monotonic() - started, 1)}
    write_atomic(folder / CARD, json.dumps({"skills": len(source.labels), **learned}, indent=1) + "\n")
    (folder / CALIBRATION).unlink(missing_ok=True)
    return learned


def calibration_for(encoder: Encoder | None, folder: Path) -> Calibration:
    """What was fitted for the trained matcher here, or what comes with the package."""
    own = folder / CALIBRATION
    if encoder is not None and encoder.name.startswith("trained") and own.is_file():
        return Calibration.from_json(own.read_text("utf-8"))
    return Calibration.default(encoder.name if encoder else "")


def measure(
    graph: Graph,
    gold: Sequence[Path],
    encoder: Encoder | None,
    baseline: Encoder | None,
    folder: Path,
    settings: SkillRankSettings,
    report: Reporter,
    refit: bool = False,
) -> MatcherEvaluation:
    """Evaluate every gold file with all baselines and our ranking, with and without its encoder.

    Args:
        encoder: of our ranking; None measures spelling alone.
        baseline: the zero-shot encoder.
        refit: fit the calibration on the gold sets, keep it in ``folder``, and tell how it fares cross-fitted.
    """
    skills = read_skills(graph)
    sets = [read_gold(path, skills) for path in gold]
    with report.step("index the labels"):
        lexical = Ranker(skills, None, settings=settings)
        best = lexical
        if encoder:
            calibration = calibration_for(encoder, folder)
            best = Ranker(skills, encoder, calibration, settings, lexical.matcher)
        methods = [*baselines(skills["label"].to_list(), baseline), ours(lexical, "ours, spelling alone")]
        if baseline and encoder and encoder.name != baseline.name:
            zero = Ranker(skills, baseline, settings=settings, matcher=lexical.matcher)
            methods.append(ours(zero, f"ours, {baseline.name}"))
        if encoder:
            methods.append(ours(best, f"ours, {encoder.name.split('-')[0]}"))
    cross = None
    if refit:
        with report.step("fit the calibration"):
            cross = _refit(best, [first_features(g, best) for g in sets], folder)
    with report.step("evaluate") as tick:
        total, done = len(sets) * len(methods), [0]

        def step(_: str) -> None:
            tick(done[0], total)
            done[0] += 1

        results = [evaluate(gold_, methods, best, step) for gold_ in sets]
    return MatcherEvaluation(results, cross)


def _refit(best: Ranker, sets: list[tuple[Any, Any]], folder: Path) -> dict[str, Any]:
    shown, right = np.concatenate([s for s, _ in sets]), np.concatenate([r for _, r in sets])
    fitted = fit(best.calibration.kind, shown, right)
    best.calibration = fitted
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(folder / CALIBRATION, fitted.to_json() + "\n")
    return cross_fitted_error(sets)


def machine() -> dict[str, Any]:
    """Where a measurement was made: commit, processors, memory."""
    import os
    import platform

    import psutil

    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    memory = round(psutil.virtual_memory().total / 2**30)
    return {"commit": commit, "cores": os.cpu_count(), "memoryGiB": memory, "python": platform.python_version()}
