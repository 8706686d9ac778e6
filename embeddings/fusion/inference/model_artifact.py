"""Model artifact: a folder named after its contents with weights, settings, vocabulary, metrics and model card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from skillpath.common.atomic import scratch_folder, settle_folder, write_atomic
from skillpath.embeddings.forecast_targets import Thresholds
from skillpath.embeddings.fusion.features.gap_start import GapRegression
from skillpath.embeddings.fusion.fusion_settings import FusionSettings
from skillpath.embeddings.fusion.inference.artifact_format import FORMAT, upgrade_config
from skillpath.embeddings.fusion.statespace.structural import StructuralSettings
from skillpath.embeddings.history import History
from skillpath.embeddings.warning import WarningRule
from skillpath.errors import BadInput, SkillpathError

if TYPE_CHECKING:
    from torch import Tensor

CURRENT = "current.json"
CONFIG, WEIGHTS, CARD = "config.json", "weights.safetensors", "card.md"

T = TypeVar("T")


@dataclass(frozen=True)
class TrainedModel:
    """Contents of a model artifact.

    Attributes:
        settings, structural, gap_start, thresholds: as trained. sizes: widths of the inputs.
        temperature: of the calibration (11). rule: of the warning (12).
        skills, clusters: digests of the codes that it knows. revision: of the history it was trained on.
        first_month, months: the window it was trained on.
        metrics: on the test origins. weights: of each member, for each task.
    """

    settings: FusionSettings
    structural: StructuralSettings
    gap_start: GapRegression
    thresholds: Thresholds
    sizes: dict[str, Any]
    temperature: float
    rule: WarningRule
    skills: str
    clusters: str
    revision: str
    first_month: str
    months: int
    metrics: dict[str, Any]
    weights: list[dict[str, dict[str, Tensor]]]


def save_model(model: TrainedModel, card: str, folder: Path) -> Path:
    """Write a model below ``folder`` and make it the current one; what was there stays whole until then.

    Raises:
        BadInput: nothing can be written there (a full disk, no permission); the current model stays as it was.
    """
    from safetensors.torch import save_file

    tensors = {
        f"{i}/{task}/{name}": value.detach().cpu().contiguous()
        for i, tasks in enumerate(model.weights)
        for task, weights in tasks.items()
        for name, value in weights.items()
    }
    about = {f.name: getattr(model, f.name) for f in fields(model) if f.name != "weights"}
    plain = {name: asdict(value) if is_dataclass(value) else value for name, value in about.items()}  # type: ignore[arg-type]
    try:
        with scratch_folder(folder / "model") as made:
            save_file(tensors, made / WEIGHTS)
            (made / CARD).write_text(card, "utf-8")
            (made / CONFIG).write_text(json.dumps({"format": FORMAT, **plain}, indent=1, sort_keys=True), "utf-8")
            target = folder / contents(made)
            if not target.is_dir():
                settle_folder(made, target)
        write_atomic(folder / CURRENT, json.dumps({"model": target.name}))
    except OSError as error:
        raise _unwritable(folder, error) from error
    return target


def load_model(folder: Path) -> TrainedModel:
    """The current model below ``folder``, or the one that is ``folder``; also one of the format before.

    Raises:
        BadInput: there is none, or its files are not what its name says.
    """
    from safetensors.torch import load_file

    place = find_model(folder)
    try:
        if contents(place) != place.name:
            raise BadInput("The model's files were changed or are incomplete", where=str(place), todo="Train again")
        about = upgrade_config(json.loads((place / CONFIG).read_text("utf-8")))
        if about is None:
            raise BadInput("The model is of another version", where=str(place), todo="Train again")
        members: list[dict[str, dict[str, Tensor]]] = []
        for name, value in sorted(load_file(place / WEIGHTS).items()):
            number, task, parameter = name.split("/", 2)
            members += [{} for _ in range(int(number) + 1 - len(members))]
            members[int(number)].setdefault(task, {})[parameter] = value
        return _restored(TrainedModel, {**about, "weights": members})
    except SkillpathError:
        raise
    except Exception as error:  # Whatever is wrong with a file, the way out is the same.
        raise BadInput(f"The model cannot be read: {error}", where=str(place), todo="Train again") from error


def find_model(folder: Path) -> Path:
    """The folder of the current model below ``folder``.

    Raises:
        BadInput: there is none.
    """
    if (folder / CONFIG).is_file():
        return folder
    try:
        place = folder / str(json.loads((folder / CURRENT).read_text("utf-8"))["model"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput("No model was trained yet", where=str(folder), todo="Run `skillpath train`") from error
    if not (place / CONFIG).is_file():
        raise BadInput("The current model's folder is gone", where=str(place), todo="Train again")
    return place


def refuse_stale(model: TrainedModel, history: History, where: Path) -> None:
    """Raise if a model was trained on other skills or clusters than a history has.

    Raises:
        BadInput: the vocabulary is another one.
    """
    for kind, known in (("skill", model.skills), ("cluster", model.clusters)):
        if code_digest(history.codes[kind]) != known:
            raise BadInput(
                f"The model was trained with other {kind}s than the graph holds now",
                where=str(where),
                todo="Train it anew: `skillpath train` without --update",
            )


def code_digest(codes: list[str]) -> str:
    """Hash of a list of codes."""
    return blake2b("\0".join(codes).encode(), digest_size=16).hexdigest()


def contents(folder: Path) -> str:
    """Hash of a model's files."""
    total = blake2b(digest_size=12)
    for name in (CONFIG, WEIGHTS, CARD):
        total.update(blake2b((folder / name).read_bytes(), digest_size=32).digest())
    return total.hexdigest()


def _restored(kind: type[T], values: Mapping[str, Any]) -> T:
    """A dataclass from what `asdict` and JSON made of it; lists that were tuples become tuples again."""
    hints = get_type_hints(kind, localns={"Tensor": object})
    made: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        value, hint = values[field.name], hints[field.name]
        if is_dataclass(hint) and isinstance(hint, type):
            value = _restored(hint, value)
        elif isinstance(value, list) and str(hint).startswith("tuple"):
            value = tuple(value)
        made[field.name] = value
    return kind(**made)


def _unwritable(folder: Path, error: OSError) -> BadInput:
    return BadInput(
        f"The model cannot be written: {error}", where=str(folder), todo="Free space, or choose another folder"
    )
