"""Training of the fused model on the graph, and publishing of its forecasts and vectors."""

from __future__ import annotations

import time
import warnings
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from skillpath.chains.recommend import ChainSettings
from skillpath.embeddings.encoding.posting_encoder import PostingEncoder, PostingTextSettings
from skillpath.embeddings.extras import missing, need
from skillpath.embeddings.forecast_targets import split_origins
from skillpath.embeddings.history import History
from skillpath.embeddings.spectral import SpectralSettings
from skillpath.errors import BadInput
from skillpath.graph.core.connection import Graph, Progress
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.training.history_arrays import HistorySettings, read_history
from skillpath.pipeline.training.progression import learn_progression
from skillpath.pipeline.training.publish import CODES, publish_learned
from skillpath.pipeline.training.train import train

if TYPE_CHECKING:
    from skillpath.embeddings.forecaster import FusionSettings, TrainedForecaster

NEEDED = ("torch", "torch_geometric", "safetensors", "sentence_transformers")
"""Packages of the train extra without which only vectors of who requires what together are learned."""


@dataclass(frozen=True)
class LearningSettings:
    """How `train` learns.

    Attributes:
        profile: quick (a few minutes) or full.
        seed: the same seed on the same graph gives the same model.
        device: cpu, cuda, or empty for the fastest there is.
        epochs: at most; 0 for as many as the profile says.
        history: how the graph is read.
        text: how posts are encoded.
    """

    profile: str = "full"
    seed: int = 7
    device: str = ""
    epochs: int = 0
    history: HistorySettings = field(default_factory=HistorySettings)
    text: PostingTextSettings = field(default_factory=PostingTextSettings)


@dataclass(frozen=True)
class TrainingFolders:
    """Folders of training: what was read from the graph, vectors of sentences, trained models, the trained matcher."""

    histories: Path
    sentences: Path
    models: Path
    matcher: Path | None = None


def learn(
    graph: Graph,
    report: Reporter,
    folders: TrainingFolders,
    settings: LearningSettings | None = None,
    spectral: SpectralSettings | None = None,
    *,
    chains: ChainSettings | None = None,
    update: bool = False,
) -> dict[str, Any]:
    """Learn vectors, forecasts and the progression, and serve them; what was written and how good it was.

    Where the train extra is not installed, or the posts tell of too few months, it says so and learns vectors of who
    requires what together: forecasts then stay as they are.

    Args:
        chains: how the history of students is weighed, and what the learned weights start from.
        update: take the last model a few epochs further instead of training anew.

    Raises:
        BadInput: no such profile, or for an update: no model yet, or one of another vocabulary.
        Unavailable: there is nothing to learn from, or for an update: the train extra is not installed.
    """
    chosen = settings or LearningSettings()
    if update:
        need(*NEEDED)
    if lacking := missing(*NEEDED):
        report.line(f"  no forecasts: {', '.join(lacking)} is not installed (`make train-install`); learning vectors")
        return train(graph, report, spectral, chains)
    history = read_history(graph, folders.histories, report, chosen.history)
    try:
        split_origins(history.months)
    except BadInput as error:
        report.line(f"  no forecasts: {error}; learning vectors")
        return train(graph, report, spectral, chains)
    done = _fused(graph, history, report, folders, chosen, update=update)
    return {**done, "progression": learn_progression(graph, report, chains=chains)}


def _fused(
    graph: Graph,
    history: History,
    report: Reporter,
    folders: TrainingFolders,
    chosen: LearningSettings,
    *,
    update: bool,
) -> dict[str, Any]:
    from skillpath.embeddings.forecaster import profile

    started = time.monotonic()
    fusion = replace(profile(chosen.profile), seed=chosen.seed, device=chosen.device)
    if chosen.epochs:
        fusion = replace(fusion, epochs=chosen.epochs, update_epochs=chosen.epochs)
    encoder = PostingEncoder(replace(chosen.text, device=chosen.device), folders.sentences, folders.matcher)
    learned = _fitted(history, fusion, folders, encoder, report, update=update)
    vectors = {kind: array for kind, array in learned.vectors.items() if kind in CODES}
    vectors["skill_text"] = encoder.encode(history.names["skill"])
    params = {"settings": asdict(fusion), "update": update, "graphRevision": history.revision}
    metrics = {
        "method": "fused",
        "model": learned.artifact.name,
        "judged": learned.metrics,
        "seconds": round(time.monotonic() - started, 2),
    }
    done = publish_learned(graph, history, vectors, learned.forecasts, params, metrics, report, started)
    return {
        **metrics,
        **done,
        "seconds": round(time.monotonic() - started, 2),
        "card": str(learned.artifact / "card.md"),
    }


def _fitted(
    history: History,
    fusion: FusionSettings,
    folders: TrainingFolders,
    encoder: PostingEncoder,
    report: Reporter,
    *,
    update: bool,
) -> TrainedForecaster:
    from skillpath.embeddings.forecaster import fit

    with StepReporter(report) as stages, warnings.catch_warnings():
        # Of what the libraries below will drop one day nobody who trains can do anything.
        warnings.simplefilter("ignore", FutureWarning)

        def encode(texts: Any) -> Any:
            return encoder.encode(texts, lambda done, total: stages.report_progress("encode sentences", done, total))

        return fit(history, fusion, folders.models, encode, stages.report_progress, folders.models if update else None)


class StepReporter:
    """Progress of one piece of work as the steps of a reporter: a new name closes the step before."""

    def __init__(self, report: Reporter) -> None:
        self.report, self.name, self._open = report, "", ExitStack()
        self._tick: Progress = lambda done, total: None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def report_progress(self, name: str, done: int, total: int, _: float = 0.0) -> None:
        """So much of so much of ``name`` is done."""
        if name != self.name:
            self._open.close()
            self.name, self._tick = name, self._open.enter_context(self.report.step(name))
        self._tick(done, total)
