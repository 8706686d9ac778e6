"""The course of learning: features, members, calibration, warning rule, vectors, artifact."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from skillpath.embeddings.evaluation.metrics import judge, judge_warnings
from skillpath.embeddings.evaluation.outlook import calibrated
from skillpath.embeddings.forecast import Forecasts
from skillpath.embeddings.fusion.features.features import Encode, Features, encode_texts, make_features
from skillpath.embeddings.fusion.features.gap_start import GapStart, fit_gap_start
from skillpath.embeddings.fusion.features.inputs import Material, make_material, make_truth
from skillpath.embeddings.fusion.features.series import calendar_months
from skillpath.embeddings.fusion.features.student_nodes import learners
from skillpath.embeddings.fusion.inference.artifact import Model, code_digest, load_model, refuse_stale, save_model
from skillpath.embeddings.fusion.inference.forecast_batch import (
    Foresight,
    Member,
    as_forecasts,
    as_outlook,
    speak,
    tempered,
    warning_rule,
)
from skillpath.embeddings.fusion.inference.model_card import model_card
from skillpath.embeddings.fusion.model.network import FusedNetwork, Sizes, sizes_of
from skillpath.embeddings.fusion.model.node_vectors import node_vectors
from skillpath.embeddings.fusion.settings import FusionSettings
from skillpath.embeddings.fusion.statespace.structural import StructuralSettings, fit_structural
from skillpath.embeddings.fusion.training.alignment import make_alignment
from skillpath.embeddings.fusion.training.parallel import Team, join_team, pick_device
from skillpath.embeddings.fusion.training.trainer import TASKS, Lesson, Trainer
from skillpath.embeddings.history import History
from skillpath.embeddings.targets import Targets, make_targets

Progress = Callable[[str, int, int, float], None]
Result = tuple[Forecasts, dict[str, NDArray[np.float32]], dict[str, Any], str, Path]
UNDER_WAY = "under-way"


@dataclass(frozen=True)
class Prepared:
    """A history made ready: targets, features and tensors."""

    targets: Targets
    structural: StructuralSettings
    gap_start: GapStart
    features: Features
    material: Material
    lesson: Lesson


def learn(
    history: History, settings: FusionSettings, folder: Path, encode: Encode, progress: Progress, update: Path | None
) -> Result:
    """Train, calibrate, choose the warning rule, judge, and keep the model; see `embeddings.learner.fit`."""
    torch.set_num_threads(settings.threads or torch.get_num_threads())
    team, before = join_team(), None
    if update is not None:
        before = load_model(update)
        refuse_stale(before, history, update)
    prepared = prepare(history, settings, encode, before)
    members = _members(history, prepared, settings, folder, progress, team, before)
    said = speak(members, prepared.material, history.months)
    model, said, metrics = _settle(history, prepared, settings, said, members)
    card = model_card(history, prepared.targets, settings, model.temperature, metrics)
    place = save_model(model, card, folder) if team.first else folder
    if team.first:
        shutil.rmtree(folder / UNDER_WAY, ignore_errors=True)
    people = learners(history, prepared.features.profiles["skill"])
    vectors = node_vectors(members[0].gap, prepared.material.graph, history.months - 1, people)
    made = _made(history, settings)
    return as_forecasts(said, model.thresholds, model.rule, made), vectors, metrics, card, place


def foresee(history: History, artifact: Path, encode: Encode) -> Forecasts:
    """Forecasts by the model in ``artifact``; see `embeddings.learner.predict`."""
    model, _, material = _recalled(history, artifact, encode)
    device = pick_device(model.settings.device)
    members = [
        Member(*(_network(Sizes(**model.sizes), model, weights[task], device) for task in TASKS))
        for weights in model.weights
    ]
    said = tempered(speak(members, material, history.months), model.temperature)
    return as_forecasts(said, model.thresholds, model.rule, _made(history, model.settings))


def vectors_of(history: History, artifact: Path, encode: Encode) -> dict[str, NDArray[np.float32]]:
    """Vectors of all nodes of a history by a model that is there already: new ones need no training.

    Raises:
        BadInput: as `foresee`.
    """
    model, features, material = _recalled(history, artifact, encode)
    network = _network(Sizes(**model.sizes), model, model.weights[0]["gap"], pick_device(model.settings.device))
    people = learners(history, features.profiles["skill"])
    return node_vectors(network, material.graph, history.months - 1, people)


def _recalled(history: History, artifact: Path, encode: Encode) -> tuple[Model, Features, Material]:
    model = load_model(artifact)
    refuse_stale(model, history, artifact)
    features = make_features(history, model.settings, model.structural)
    texts = encode_texts(history, features, encode)
    device = pick_device(model.settings.device)
    return model, features, make_material(history, features, texts, device, model.gap_start)


def prepare(history: History, settings: FusionSettings, encode: Encode, before: Model | None = None) -> Prepared:
    """Targets, features and tensors; what is fitted here is fitted on the months that training may see."""
    targets = make_targets(history, settings.targets, before.thresholds if before else None)
    seen = int(targets.split.train[-1]) + settings.targets.horizon + 1
    counts, calendar = history.counts()[:, :seen], calendar_months(history)[:seen]
    structural = (
        before.structural if before else fit_structural(counts, calendar, settings.targets.horizon, settings.structural)
    )
    features = make_features(history, settings, structural)
    device = pick_device(settings.device)
    people = "sequence" in settings.channels
    start = before.gap_start if before else fit_gap_start(features.gap, targets.gap, targets.split.train, people)
    material = make_material(history, features, encode_texts(history, features, encode), device, start)
    learned = learners(history.cut(seen), features.profiles["skill"])
    train = [int(m) for m in targets.split.train if m >= min(settings.least, targets.split.train[-1])]
    lesson = Lesson(
        material,
        make_truth(targets, settings.targets.horizon, device),
        make_alignment(history, learned, seen - 1),
        _replayed(train, history, settings, before),
        [int(m) for m in targets.split.validation],
    )
    return Prepared(targets, structural, start, features, material, lesson)


def _replayed(train: list[int], history: History, settings: FusionSettings, before: Model | None) -> list[int]:
    """Origins to learn from: all, or in an update the new ones and for each some older ones."""
    if before is None:
        return train
    new_from = before.months + int((np.datetime64(before.first_month, "M") - history.first_month).astype(np.int64))
    # The targets of the last months of the earlier window were not known then.
    new = [m for m in train if m >= new_from - 3 * settings.targets.horizon] or train[-1:]
    older = [m for m in train if m not in set(new)]
    count = min(len(older), settings.replay * len(new))
    drawn = np.random.default_rng([settings.seed, history.months]).choice(len(older), count, replace=False)
    return sorted([*new, *(older[i] for i in drawn)])


def _members(
    history: History,
    prepared: Prepared,
    settings: FusionSettings,
    folder: Path,
    progress: Progress,
    team: Team,
    before: Model | None,
) -> list[Member]:
    began, epochs = time.monotonic(), settings.update_epochs if before else settings.epochs
    number = len(before.weights) if before else settings.members
    key, members = _key(history, prepared, settings, before), []
    device = pick_device(settings.device)
    for member in range(number):
        chosen = replace(settings, seed=settings.seed + member)

        def tell(done: int, most: int, member: int = member) -> None:
            share = (member + done / most) / number
            progress("training", member * most + done, number * most, (time.monotonic() - began) * (1 / share - 1))

        torch.manual_seed(chosen.seed)
        network = FusedNetwork(sizes_of(prepared.material), chosen, prepared.targets.thresholds)
        if before:
            network.load_state_dict(before.weights[member]["gap"])
        network.to(device)
        trainer = Trainer(network, prepared.lesson, chosen, folder / UNDER_WAY / str(member), f"{key}-{member}", team)
        trainer.train(epochs, tell)
        members.append(Member(*(_with(network, trainer.best[task]) for task in TASKS)))
    return members


def _settle(
    history: History, prepared: Prepared, settings: FusionSettings, said: Foresight, members: list[Member]
) -> tuple[Model, Foresight, dict[str, Any]]:
    """Calibrate (11), choose the warning rule (12) on validation, and judge on the test origins."""
    targets, horizon = prepared.targets, settings.targets.horizon
    outlook = calibrated(as_outlook(said, targets.thresholds), targets)
    rule = warning_rule(outlook, targets, settings.warning)
    metrics: dict[str, Any] = judge(outlook, targets, targets.split.test)
    metrics |= judge_warnings(outlook, targets, horizon, settings.warning)
    model = Model(
        settings=settings,
        structural=prepared.structural,
        gap_start=prepared.gap_start,
        thresholds=targets.thresholds,
        sizes=asdict(sizes_of(prepared.material)),
        temperature=outlook.temperature,
        rule=rule,
        skills=code_digest(history.codes["skill"]),
        clusters=code_digest(history.codes["cluster"]),
        revision=history.revision,
        first_month=str(history.first_month),
        months=history.months,
        metrics=metrics,
        weights=[{task: getattr(member, task).state_dict() for task in TASKS} for member in members],
    )
    return model, tempered(said, outlook.temperature), metrics


def _with(network: FusedNetwork, weights: dict[str, torch.Tensor]) -> FusedNetwork:
    copied = deepcopy(network)
    copied.load_state_dict(weights)
    copied.eval()
    return copied


def _network(sizes: Sizes, model: Model, weights: dict[str, torch.Tensor], device: str) -> FusedNetwork:
    network = FusedNetwork(sizes, model.settings, model.thresholds)
    network.load_state_dict(weights)
    network.to(device).eval()
    return network


def _made(history: History, settings: FusionSettings) -> NDArray[np.bool_]:
    """Months that have enough of a past to speak of."""
    made: NDArray[np.bool_] = np.arange(history.months) >= min(settings.targets.horizon - 1, history.months - 1)
    return made


def _key(history: History, prepared: Prepared, settings: FusionSettings, before: Model | None) -> str:
    """Changes with anything that would make a checkpoint wrong."""
    content = [
        repr(replace(settings, threads=0, epochs=0)),
        repr((prepared.structural, prepared.gap_start)),
        history.revision,
        str(history.months),
        code_digest(history.codes["skill"]),
        code_digest(history.codes["cluster"]),
        repr(before and (before.revision, before.metrics)),
    ]
    return blake2b("|".join(content).encode(), digest_size=16).hexdigest()
