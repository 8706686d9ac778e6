"""The two files of a checkpoint: tensors, and the place a training came to, which names the tensors' content."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillpath.errors import SkillpathError

if TYPE_CHECKING:
    from torch import Tensor

Shapes = Mapping[str, "tuple[int, ...]"]
STATE = "state.safetensors"
log = logging.getLogger(__name__)


class DamagedCheckpoint(SkillpathError):
    """A checkpoint of this training is there and cannot be used."""

    def __init__(self, what: str, file: Path) -> None:
        super().__init__(f"The checkpoint is damaged: {what}", where=str(file), todo="Training begins anew")


def write_files(folder: Path, place_file: str, place: dict[str, Any], tensors: dict[str, Tensor]) -> None:
    """Write a checkpoint in place of the last one; a kill at any time leaves one of the two, or says so later."""
    from safetensors.torch import save_file

    partial = folder / (STATE + ".partial")
    save_file(tensors, partial)
    # The place names the state's content, so that a kill between the two files leaves no wrong pair.
    place = {**place, "state": digest_of(partial)}
    partial.replace(folder / STATE)
    other = folder / (place_file + ".partial")
    other.write_text(json.dumps(place), "utf-8")
    other.replace(folder / place_file)


def read_files(folder: Path, place_file: str, key: str) -> tuple[dict[str, Any], dict[str, Tensor]] | None:
    """Place and tensors; None where there is no checkpoint, or one of another training.

    Raises:
        DamagedCheckpoint: one file is missing, cannot be read, or is not the other's.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    files = folder / place_file, folder / STATE
    there = [file.is_file() for file in files]
    if not any(there):
        return None
    if not all(there):
        raise DamagedCheckpoint("the file is missing", files[there.index(False)])
    try:
        place = json.loads(files[0].read_text("utf-8"))
        found, state = place.pop("key"), place.pop("state")
    except (ValueError, KeyError, AttributeError, TypeError, OSError) as error:
        raise DamagedCheckpoint("the file does not say where training was", files[0]) from error
    if found != key:
        return None
    try:
        if state != digest_of(files[1]):
            raise DamagedCheckpoint(f"the file is not the one that {place_file} was written for", files[1])
        return place, load_file(files[1])
    except (SafetensorError, OSError) as error:
        raise DamagedCheckpoint(f"the file cannot be read ({error})", files[1]) from error


def check_shapes(folder: Path, tensors: Mapping[str, Tensor], wanted: Shapes) -> None:
    """Compare tensors with the shapes that a training needs, before anything of it is changed.

    Raises:
        DamagedCheckpoint: one is missing or has another shape.
    """
    for name, shape in wanted.items():
        if name not in tensors:
            raise DamagedCheckpoint(f"it has no tensor {name}", folder / STATE)
        if (given := tuple(tensors[name].shape)) != tuple(shape):
            raise DamagedCheckpoint(f"tensor {name} has shape {given}, not {tuple(shape)}", folder / STATE)


def moment_shapes(parameters: Mapping[str, Tensor], tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    """The shapes of AdamW's moments (``m/``, ``v/``) of those parameters that have any."""
    moved = [name for name in parameters if f"m/{name}" in tensors or f"v/{name}" in tensors]
    return {f"{kind}/{name}": tuple(parameters[name].shape) for name in moved for kind in "mv"}


def warn_of(damage: DamagedCheckpoint) -> None:
    """Tell the user, before the next checkpoint is written over the damaged one."""
    log.warning("%s", damage)


def digest_of(file: Path) -> str:
    """Hash of a file's content."""
    return blake2b(file.read_bytes(), digest_size=16).hexdigest()
