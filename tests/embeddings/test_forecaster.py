"""Learning end to end on a small history: honest, repeatable, resumable, and never NaN."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torch", reason="the train extra is not installed")

from scipy.sparse import csr_array, vstack

from skillpath.embeddings.forecast_targets import build_targets
from skillpath.embeddings.forecaster import TrainedForecaster, fit, predict, profile
from skillpath.embeddings.fusion.features.inputs import build_labels
from skillpath.embeddings.fusion.fusion_settings import FusionSettings
from skillpath.embeddings.fusion.inference.model_artifact import CONFIG, CURRENT, WEIGHTS
from skillpath.embeddings.fusion.model.network import FusedNetwork, input_sizes
from skillpath.embeddings.fusion.training import fit as training
from skillpath.embeddings.fusion.training.trainer import Trainer
from skillpath.embeddings.history import History, Rows
from skillpath.embeddings.model_forecasts import Forecasts
from skillpath.errors import BadInput
from tests.embeddings.histories import small_history
from tests.embeddings.small_learning import SMALL, hashed

R = TypeVar("R", bound=Rows)


@pytest.fixture(scope="module")
def history() -> History:
    return small_history(months=30, students=60)


@pytest.fixture(scope="module")
def learned(history: History, tmp_path_factory: pytest.TempPathFactory) -> TrainedForecaster:
    return fit(history, SMALL, tmp_path_factory.mktemp("model"), hashed)


def same(one: Forecasts, other: Forecasts, months: int) -> None:
    for field in fields(Forecasts):
        left, right = getattr(one, field.name), getattr(other, field.name)
        part = slice(months) if field.name == "made" else (slice(None), slice(months))
        np.testing.assert_allclose(left[part], right[part], atol=2e-5, err_msg=field.name)


def test_forecasts_are_whole(history: History, learned: TrainedForecaster) -> None:
    forecasts, made = learned.forecasts, learned.forecasts.made
    assert made[-1] and forecasts.probabilities.shape == (6, 30, 5)
    np.testing.assert_allclose(forecasts.probabilities[:, made].sum(axis=-1), 1.0)
    np.testing.assert_allclose(forecasts.gates[:, made].sum(axis=-1), 1.0, atol=1e-6)
    for field in ("probabilities", "demand", "trend", "gap", "confidence", "warning_index", "gates"):
        values = getattr(forecasts, field)
        assert np.isfinite(values[:, made]).all() and np.isnan(values[:, ~made]).all(), field
    assert ((forecasts.demand[:, made] >= 0) & (forecasts.demand[:, made] <= 1)).all()
    assert ((forecasts.gap[:, made] >= 0) & (forecasts.gap[:, made] <= 1)).all()


def test_changing_the_future_changes_no_forecast_of_the_past(history: History, learned: TrainedForecaster) -> None:
    for months in (12, 23):
        forecasts = predict(history.cut(months), learned.artifact, hashed)
        same(forecasts, learned.forecasts, months)


def test_training_sees_nothing_of_the_test_months(history: History, learned: TrainedForecaster, tmp_path: Path) -> None:
    """What happens after the validation targets are known may change metrics, not what was learnt."""
    seen = int(build_targets(history).split.validation[-1]) + SMALL.targets.horizon + 1
    late = history.postings.day >= int((history.first_month + seen).astype("datetime64[D]").astype(np.int64))
    cluster = np.where(late, 0, history.postings.cluster)
    other = replace(history, revision="other", postings=replace(history.postings, cluster=cluster))
    again = fit(other, SMALL, tmp_path, hashed)
    same(again.forecasts, learned.forecasts, seen)


def test_the_same_seed_gives_the_same_model(history: History, learned: TrainedForecaster, tmp_path: Path) -> None:
    again = fit(history, SMALL, tmp_path, hashed)
    assert again.artifact.name == learned.artifact.name
    assert again.metrics == learned.metrics
    assert all((again.vectors[kind] == learned.vectors[kind]).all() for kind in learned.vectors)


def test_an_interrupted_training_goes_on_to_the_same_metrics(
    history: History, learned: TrainedForecaster, tmp_path: Path
) -> None:
    class Killed(Exception):
        pass

    def kill(_: str, done: int, __: int, ___: float) -> None:
        if done == 1:
            raise Killed

    with pytest.raises(Killed):
        fit(history, SMALL, tmp_path, hashed, kill)
    calls: list[int] = []
    again = fit(history, SMALL, tmp_path, hashed, lambda _, done, __, ___: calls.append(done))
    assert calls == [2]
    assert again.metrics == learned.metrics and again.artifact.name == learned.artifact.name


def _trainer(prepared: training.PreparedTraining, folder: Path, key: str) -> Trainer:
    import torch

    torch.manual_seed(SMALL.seed)
    network = FusedNetwork(input_sizes(prepared.inputs), SMALL, prepared.targets.thresholds)
    return Trainer(network, prepared.training_data, SMALL, folder, key)


def test_an_update_goes_on_from_the_last_model(history: History, learned: TrainedForecaster, tmp_path: Path) -> None:
    longer = small_history(months=32, students=60)
    updated = fit(longer, replace(SMALL, update_epochs=1), tmp_path, hashed, update_from=learned.artifact)
    before, after = (json.loads((x.artifact / CONFIG).read_text()) for x in (learned, updated))
    assert after["thresholds"] == before["thresholds"] and after["months"] == 32
    assert updated.artifact != learned.artifact and updated.forecasts.made[-1]


def test_a_model_of_another_vocabulary_is_refused(history: History, learned: TrainedForecaster, tmp_path: Path) -> None:
    codes = history.codes | {"skill": [*history.codes["skill"][:-1], "Z999"]}
    other = replace(history, codes=codes)
    with pytest.raises(BadInput, match="other skills"):
        predict(other, learned.artifact, hashed)
    with pytest.raises(BadInput, match="other skills"):
        fit(other, SMALL, tmp_path, hashed, update_from=learned.artifact)


def test_a_damaged_or_missing_model_is_refused(history: History, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No model"):
        predict(history, tmp_path, hashed)
    place = fit(history, replace(SMALL, epochs=1), tmp_path, hashed).artifact
    data = bytearray((place / WEIGHTS).read_bytes())
    data[-5] ^= 1
    (place / WEIGHTS).write_bytes(bytes(data))
    with pytest.raises(BadInput, match="changed or are incomplete"):
        predict(history, tmp_path, hashed)


def test_a_full_disk_leaves_the_old_model(history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = fit(history, replace(SMALL, epochs=1), tmp_path, hashed)
    write = Path.write_text

    def full(self: Path, *args: object, **kwargs: object) -> int:
        if self.name == CONFIG:
            raise OSError(28, "No space left on device")
        return write(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(BadInput, match="cannot be written"):
        fit(history, replace(SMALL, epochs=1, seed=8), tmp_path, hashed)
    monkeypatch.undo()
    assert json.loads((tmp_path / CURRENT).read_text())["model"] == first.artifact.name
    assert predict(history, tmp_path, hashed).made[-1]


def test_a_new_student_and_a_new_course_get_vectors_without_training(
    history: History, learned: TrainedForecaster
) -> None:
    """Whoever looks like somebody known gets that one's vector; of others little changes: a course has one more."""
    taken = history.enrolments.where(history.enrolments.student == 5)
    did = history.events.where(history.events.student == 5)
    more = replace(
        history,
        codes=history.codes | {"student": [*history.codes["student"], "new"]},
        students=replace(
            history.students,
            arrives=np.append(history.students.arrives, history.students.arrives[5]),
            graduates=np.append(history.students.graduates, history.students.graduates[5]),
            target=np.append(history.students.target, -1),
            stated=csr_array(vstack([history.students.stated, history.students.stated[[5]]])),
        ),
        enrolments=_joined(history.enrolments, replace(taken, student=np.full(len(taken.day), 60))),
        events=_joined(history.events, replace(did, student=np.full(len(did.day), 60))),
    )
    vectors = training.compute_vectors(more, learned.artifact, hashed)
    np.testing.assert_allclose(vectors["student"][60], vectors["student"][5], atol=1e-5)
    assert np.linalg.norm(vectors["student"][60]) == pytest.approx(1.0, abs=1e-5)
    np.testing.assert_allclose(vectors["student"][:60], learned.vectors["student"], atol=5e-3)


def test_who_is_unknown_has_a_vector_of_zeros_and_skills_of_one_job_are_close(
    history: History, learned: TrainedForecaster
) -> None:
    roll = history.students
    empty = replace(roll, stated=csr_array(roll.stated.shape))
    nobody = np.zeros(len(history.events.day), dtype=bool)
    bare = replace(
        history,
        students=empty,
        events=history.events.where(nobody),
        enrolments=history.enrolments.where(np.zeros(len(history.enrolments.day), dtype=bool)),
    )
    vectors = training.compute_vectors(bare, learned.artifact, hashed)
    assert not vectors["student"].any()
    assert all(np.isfinite(values).all() for values in vectors.values())
    skills = vectors["skill"]
    asked = [np.flatnonzero(row) for row in history.requirements.toarray()]
    likeness = skills @ skills.T
    together = np.mean([likeness[np.ix_(rows, rows)][np.triu_indices(len(rows), 1)].mean() for rows in asked])
    assert together > likeness[np.triu_indices(len(skills), 1)].mean() + 0.1


def _joined(one: R, other: R) -> R:
    columns = {f.name: np.concatenate([getattr(one, f.name), getattr(other, f.name)]) for f in fields(one)}
    return replace(one, **columns)


def test_poor_histories_are_learnt_from_without_nan(tmp_path: Path) -> None:
    history = small_history(months=26, students=12, posts_a_month=1.0)
    lone = np.flatnonzero((history.postings.cluster != 2) | (np.cumsum(history.postings.cluster == 2) == 1))
    poor = replace(
        history,
        postings=replace(history.postings, pay=np.full(len(history.postings.day), np.nan)).where(lone),
        events=history.events.where(np.zeros(len(history.events.day), dtype=bool)),
    )
    learned = fit(poor, replace(SMALL, epochs=1), tmp_path, lambda texts: np.full((len(texts), 4), np.nan, np.float32))
    made = learned.forecasts.made
    assert np.isfinite(learned.forecasts.probabilities[:, made]).all()
    assert np.isfinite(learned.forecasts.gap[:, made]).all()
    assert all(np.isfinite(values).all() for values in learned.vectors.values())


def test_too_short_a_history_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="too few"):
        fit(small_history(months=10), SMALL, tmp_path, hashed)


def test_shuffled_labels_drop_to_chance() -> None:
    """With targets drawn by lot, nothing is left to find: neither accuracy nor likelihood beat the commonest class."""
    from skillpath.embeddings.evaluation.metrics import compute_metrics
    from skillpath.embeddings.fusion.inference.forecast_batch import Member, predict_batch, to_outlook

    history = small_history(months=40, clusters=12, posts_a_month=10.0)
    prepared = training.prepare(history, SMALL, hashed)
    targets, rng = prepared.targets, np.random.default_rng(0)
    origins = np.flatnonzero(targets.known.all(axis=0))
    subset = rng.permutation(12 * len(origins))

    def mixed(values: NDArray[Any]) -> NDArray[Any]:
        copy = values.copy()
        copy[:, origins] = values[:, origins].ravel()[subset].reshape(12, -1)
        return copy

    shuffled = replace(
        targets,
        future=mixed(targets.future),
        demand=mixed(targets.demand),
        trend=mixed(targets.trend),
        label=mixed(targets.label),
        gap=mixed(targets.gap),
    )
    training_data = replace(prepared.training_data, labels=build_labels(shuffled, 3, "cpu"))
    trainer = _trainer(replace(prepared, training_data=training_data), Path(), "")
    trainer.folder = None
    trainer.train(3, lambda *_: None)
    network = trainer.network
    outlook = to_outlook(predict_batch([Member(network, network)], prepared.inputs, 40), targets.thresholds)
    true, chance = (compute_metrics(outlook, t, origins)["accuracy"] for t in (targets, shuffled))
    labels = shuffled.label[:, origins].ravel()
    commonest = np.bincount(labels).max() / len(labels)
    assert chance < commonest + 2 * np.sqrt(commonest * (1 - commonest) / len(labels))
    assert true > chance + 0.1


def test_profiles_and_channels() -> None:
    assert profile("quick").epochs < profile("full").epochs
    with pytest.raises(BadInput, match="no profile"):
        profile("slow")
    with pytest.raises(BadInput, match="Channels cannot"):
        FusionSettings(channels=("text",))


@pytest.mark.parametrize("channels", [("series",), ("text", "series"), ("text", "sequence", "series")])
def test_channels_that_are_left_out_have_no_weight(history: History, tmp_path: Path, channels: tuple[str, ...]) -> None:
    learned = fit(history, replace(SMALL, epochs=1, channels=channels), tmp_path, hashed)
    gates = learned.forecasts.gates[:, learned.forecasts.made]
    names = ("text", "sequence", "graph", "series")
    assert all((gates[..., i] > 0).all() == (name in channels) for i, name in enumerate(names))
