"""Training of the fused model from history to artifact: features, ensemble, calibration, warning rule, vectors."""

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

from skillpath.embeddings.evaluation.metrics import compute_metrics, compute_warning_metrics
from skillpath.embeddings.evaluation.outlook import calibrate_outlook
from skillpath.embeddings.forecast_targets import ForecastTargets, build_targets
from skillpath.embeddings.fusion.features.features import Encode, Features, encode_texts, make_features
from skillpath.embeddings.fusion.features.gap_start import GapRegression, fit_gap_start
from skillpath.embeddings.fusion.features.inputs import ModelInputs, build_inputs, build_labels
from skillpath.embeddings.fusion.features.series_features import months_of_year
from skillpath.embeddings.fusion.features.student_nodes import build_student_nodes
from skillpath.embeddings.fusion.fusion_settings import FusionSettings
from skillpath.embeddings.fusion.inference.forecast_batch import (
    ForecastBatch,
    Member,
    apply_temperature,
    fit_warning_rule,
    predict_batch,
    to_forecasts,
    to_outlook,
)
from skillpath.embeddings.fusion.inference.model_artifact import (
    TrainedModel,
    code_digest,
    load_model,
    refuse_stale,
    save_model,
)
from skillpath.embeddings.fusion.inference.model_card import model_card
from skillpath.embeddings.fusion.model.network import FusedNetwork, Sizes, input_sizes
from skillpath.embeddings.fusion.model.node_vectors import compute_node_vectors
from skillpath.embeddings.fusion.statespace.structural import StructuralSettings, fit_structural
from skillpath.embeddings.fusion.training.alignment import build_alignment
from skillpath.embeddings.fusion.training.distributed import DistributedContext, join_process_group, pick_device
from skillpath.embeddings.fusion.training.trainer import TASKS, Trainer, TrainingData
from skillpath.embeddings.history import History
from skillpath.embeddings.model_forecasts import Forecasts

Progress = Callable[[str, int, int, float], None]
Result = tuple[Forecasts, dict[str, NDArray[np.float32]], dict[str, Any], str, Path]
UNDER_WAY = "under-way"


@dataclass(frozen=True)
class PreparedTraining:
    """A history made ready: targets, features and tensors."""

    targets: ForecastTargets
    structural: StructuralSettings
    gap_start: GapRegression
    features: Features
    inputs: ModelInputs
    training_data: TrainingData


def fit_model(
    history: History, settings: FusionSettings, folder: Path, encode: Encode, progress: Progress, update: Path | None
) -> Result:
    """Train, calibrate, choose the warning rule, judge, and keep the model; see `embeddings.learner.fit`."""
    torch.set_num_threads(settings.threads or torch.get_num_threads())
    distributed, before = join_process_group(), None
    if update is not None:
        before = load_model(update)
        refuse_stale(before, history, update)
    prepared = prepare(history, settings, encode, before)
    members = _train_members(history, prepared, settings, folder, progress, distributed, before)
    predicted = predict_batch(members, prepared.inputs, history.months)
    model, predicted, metrics = _calibrate_and_evaluate(history, prepared, settings, predicted, members)
    card = model_card(history, prepared.targets, settings, model.temperature, metrics)
    place = save_model(model, card, folder) if distributed.is_primary else folder
    if distributed.is_primary:
        shutil.rmtree(folder / UNDER_WAY, ignore_errors=True)
    people = build_student_nodes(history, prepared.features.profiles["skill"])
    vectors = compute_node_vectors(members[0].gap, prepared.inputs.graph, history.months - 1, people)
    made = _forecast_months(history, settings)
    return to_forecasts(predicted, model.thresholds, model.rule, made), vectors, metrics, card, place


def forecast(history: History, artifact: Path, encode: Encode) -> Forecasts:
    """Forecasts by the model in ``artifact``; see `embeddings.learner.predict`."""
    model, _, inputs = _load_inputs(history, artifact, encode)
    device = pick_device(model.settings.device)
    members = [
        Member(*(_build_network(Sizes(**model.sizes), model, weights[task], device) for task in TASKS))
        for weights in model.weights
    ]
    predicted = apply_temperature(predict_batch(members, inputs, history.months), model.temperature)
    return to_forecasts(predicted, model.thresholds, model.rule, _forecast_months(history, model.settings))


def compute_vectors(history: History, artifact: Path, encode: Encode) -> dict[str, NDArray[np.float32]]:
    """Vectors of all nodes of a history by a model that is there already: new ones need no training.

    Raises:
        BadInput: as `forecast`.
    """
    model, features, inputs = _load_inputs(history, artifact, encode)
    network = _build_network(Sizes(**model.sizes), model, model.weights[0]["gap"], pick_device(model.settings.device))
    people = build_student_nodes(history, features.profiles["skill"])
    return compute_node_vectors(network, inputs.graph, history.months - 1, people)


def _load_inputs(history: History, artifact: Path, encode: Encode) -> tuple[TrainedModel, Features, ModelInputs]:
    model = load_model(artifact)
    refuse_stale(model, history, artifact)
    features = make_features(history, model.settings, model.structural)
    texts = encode_texts(history, features, encode)
    device = pick_device(model.settings.device)
    return model, features, build_inputs(history, features, texts, device, model.gap_start)


def prepare(
    history: History, settings: FusionSettings, encode: Encode, before: TrainedModel | None = None
) -> PreparedTraining:
    """Targets, features and tensors; what is fitted here is fitted on the months that training may see."""
    targets = build_targets(history, settings.targets, before.thresholds if before else None)
    seen = int(targets.split.train[-1]) + settings.targets.horizon + 1
    counts, calendar = history.counts()[:, :seen], months_of_year(history)[:seen]
    structural = (
        before.structural if before else fit_structural(counts, calendar, settings.targets.horizon, settings.structural)
    )
    features = make_features(history, settings, structural)
    device = pick_device(settings.device)
    people = "sequence" in settings.channels
    start = before.gap_start if before else fit_gap_start(features.gap, targets.gap, targets.split.train, people)
    inputs = build_inputs(history, features, encode_texts(history, features, encode), device, start)
    learned = build_student_nodes(history.cut(seen), features.profiles["skill"])
    train = [int(m) for m in targets.split.train if m >= min(settings.skip_origins, targets.split.train[-1])]
    training_data = TrainingData(
        inputs,
        build_labels(targets, settings.targets.horizon, device),
        build_alignment(history, learned, seen - 1),
        _select_origins(train, history, settings, before),
        [int(m) for m in targets.split.validation],
    )
    return PreparedTraining(targets, structural, start, features, inputs, training_data)


def _select_origins(
    train: list[int], history: History, settings: FusionSettings, before: TrainedModel | None
) -> list[int]:
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


def _train_members(
    history: History,
    prepared: PreparedTraining,
    settings: FusionSettings,
    folder: Path,
    progress: Progress,
    distributed: DistributedContext,
    before: TrainedModel | None,
) -> list[Member]:
    began, epochs = time.monotonic(), settings.update_epochs if before else settings.epochs
    number = len(before.weights) if before else settings.members
    key, members = _checkpoint_key(history, prepared, settings, before), []
    device = pick_device(settings.device)
    for member in range(number):
        chosen = replace(settings, seed=settings.seed + member)

        def report(done: int, most: int, member: int = member) -> None:
            share = (member + done / most) / number
            progress("training", member * most + done, number * most, (time.monotonic() - began) * (1 / share - 1))

        torch.manual_seed(chosen.seed)
        network = FusedNetwork(input_sizes(prepared.inputs), chosen, prepared.targets.thresholds)
        if before:
            network.load_state_dict(before.weights[member]["gap"])
        network.to(device)
        trainer = Trainer(
            network, prepared.training_data, chosen, folder / UNDER_WAY / str(member), f"{key}-{member}", distributed
        )
        trainer.train(epochs, report)
        members.append(Member(*(_with_weights(network, trainer.best[task]) for task in TASKS)))
    return members


def _calibrate_and_evaluate(
    history: History,
    prepared: PreparedTraining,
    settings: FusionSettings,
    predicted: ForecastBatch,
    members: list[Member],
) -> tuple[TrainedModel, ForecastBatch, dict[str, Any]]:
    """Calibrate (11), choose the warning rule (12) on validation, and judge on the test origins."""
    targets, horizon = prepared.targets, settings.targets.horizon
    outlook = calibrate_outlook(to_outlook(predicted, targets.thresholds), targets)
    rule = fit_warning_rule(outlook, targets, settings.warning)
    metrics: dict[str, Any] = compute_metrics(outlook, targets, targets.split.test)
    metrics |= compute_warning_metrics(outlook, targets, horizon, settings.warning)
    model = TrainedModel(
        settings=settings,
        structural=prepared.structural,
        gap_start=prepared.gap_start,
        thresholds=targets.thresholds,
        sizes=asdict(input_sizes(prepared.inputs)),
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
    return model, apply_temperature(predicted, outlook.temperature), metrics


def _with_weights(network: FusedNetwork, weights: dict[str, torch.Tensor]) -> FusedNetwork:
    copied = deepcopy(network)
    copied.load_state_dict(weights)
    copied.eval()
    return copied


def _build_network(sizes: Sizes, model: TrainedModel, weights: dict[str, torch.Tensor], device: str) -> FusedNetwork:
    network = FusedNetwork(sizes, model.settings, model.thresholds)
    network.load_state_dict(weights)
    network.to(device).eval()
    return network


def _forecast_months(history: History, settings: FusionSettings) -> NDArray[np.bool_]:
    """Months with enough history to forecast from."""
    made: NDArray[np.bool_] = np.arange(history.months) >= min(settings.targets.horizon - 1, history.months - 1)
    return made


def _checkpoint_key(
    history: History, prepared: PreparedTraining, settings: FusionSettings, before: TrainedModel | None
) -> str:
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
