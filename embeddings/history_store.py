"""History on disk: arrays in one npz without pickles, strings in parquet; written whole or not at all."""

from __future__ import annotations

import json
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.common.atomic import atomic_folder
from skillpath.embeddings.history import Enrolments, Events, History, Memberships, Placements, Postings, Rows, Students
from skillpath.errors import BadInput

FORMAT = 1
"""Number of the layout; a file of another one is read again from the graph."""
TABLES: dict[str, type[Rows]] = {
    "postings": Postings,
    "events": Events,
    "enrolments": Enrolments,
    "students": Students,
    "placements": Placements,
    "memberships": Memberships,
}
MATRICES = ("requirements", "gains", "project_needs")

R = TypeVar("R", bound=Rows)


def save(history: History, folder: Path) -> None:
    """Write a history into ``folder``, in place of whatever history is there; a reader never sees half of it."""
    with atomic_folder(folder) as made:
        _write(history, made)


def load(folder: Path) -> History:
    """The history that `save` wrote into ``folder``.

    Raises:
        BadInput: there is none, it is of another layout, or its files are damaged.
    """
    try:
        about = json.loads((folder / "history.json").read_text("utf-8"))
        if about["format"] != FORMAT:
            raise BadInput("A history of another layout", where=str(folder), todo="Delete the folder")
        return _read(folder, about)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, pl.exceptions.PolarsError) as error:
        raise BadInput(f"No history can be read: {error}", where=str(folder), todo="Delete the folder") from error


def _write(history: History, folder: Path) -> None:
    arrays: dict[str, NDArray[Any]] = {"broader": history.broader}
    for name in TABLES:
        table = getattr(history, name)
        for f in fields(table):
            arrays |= _packed(f"{name}.{f.name}", getattr(table, f.name))
    for name in MATRICES:
        arrays |= _packed(name, getattr(history, name))
    np.savez(folder / "arrays.npz", allow_pickle=False, **arrays)
    _strings(history.codes).write_parquet(folder / "codes.parquet")
    _strings(history.names).write_parquet(folder / "names.parquet")
    pl.DataFrame({"text": history.texts}, schema={"text": pl.String}).write_parquet(folder / "texts.parquet")
    about = {
        "format": FORMAT,
        "revision": history.revision,
        "first_month": str(history.first_month),
        "months": history.months,
        "codes": list(history.codes),
        "names": list(history.names),
    }
    (folder / "history.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")


def _read(folder: Path, about: dict[str, Any]) -> History:
    with np.load(folder / "arrays.npz", allow_pickle=False) as stored:
        arrays = dict(stored)
    tables: dict[str, Any] = {name: _table(name, kind, arrays) for name, kind in TABLES.items()}
    matrices: dict[str, Any] = {name: _unpacked(name, arrays) for name in MATRICES}
    return History(
        revision=about["revision"],
        first_month=np.datetime64(about["first_month"], "M"),
        months=about["months"],
        codes=_lists(folder / "codes.parquet", about["codes"]),
        names=_lists(folder / "names.parquet", about["names"]),
        texts=pl.read_parquet(folder / "texts.parquet")["text"].to_list(),
        broader=arrays["broader"],
        **tables,
        **matrices,
    )


def _table(name: str, kind: type[R], arrays: dict[str, NDArray[Any]]) -> R:
    return kind(**{f.name: _unpacked(f"{name}.{f.name}", arrays) for f in fields(kind)})


def _packed(name: str, value: NDArray[Any] | csr_array) -> dict[str, NDArray[Any]]:
    if isinstance(value, csr_array):
        parts = {"data": value.data, "indices": value.indices, "indptr": value.indptr, "shape": np.array(value.shape)}
        return {f"{name}.{part}": array for part, array in parts.items()}
    return {name: value}


def _unpacked(name: str, arrays: dict[str, NDArray[Any]]) -> NDArray[Any] | csr_array:
    if name in arrays:
        return arrays[name]
    parts: Any = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
    return csr_array(parts, shape=tuple(int(size) for size in arrays[f"{name}.shape"]))


def _strings(lists: dict[str, list[str]]) -> pl.DataFrame:
    frames = [pl.DataFrame({"kind": [kind] * len(texts), "text": texts}) for kind, texts in lists.items() if texts]
    return pl.concat(frames) if frames else pl.DataFrame(schema={"kind": pl.String, "text": pl.String})


def _lists(path: Path, kinds: list[str]) -> dict[str, list[str]]:
    stored = pl.read_parquet(path)
    return {kind: stored.filter(pl.col("kind") == kind)["text"].to_list() for kind in kinds}
