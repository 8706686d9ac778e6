"""The row diff that a refresh writes: computed rows compared with the stored hashes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.graph.core.connection import Row
from skillpath.graph.scores.row_hashes import CHAIN, KINDS, NODE, STEPS, Hashes, HashIndex, RowHashes, ScoreRows

_OWNER_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""Odd, so that each student moves the keys to places of its own."""


@dataclass(frozen=True)
class RowDiff:
    """The rows to write and remove so that the graph equals what was computed.

    Attributes:
        cleared: students of whom everything is written anew, as their stored rows cannot be named.
        removed: of each student, the codes of each of `NODE` and ids of ``chain`` that go.
        score_rows: rows that are new.
        updated: stored chains with other numbers.
        retargeted: those of them with another target, other steps or other reasons.
    """

    cleared: list[str]
    removed: dict[str, dict[str, list[str]]]
    score_rows: ScoreRows
    updated: pl.DataFrame
    retargeted: pl.DataFrame


@dataclass(frozen=True)
class _Comparison:
    """For each computed row (N,): whether a row of its key is stored, and whether its content differs from it."""

    row_hashes: RowHashes
    is_stored: NDArray[np.bool_]
    is_changed: NDArray[np.bool_]

    def rows(self, kind: str, which: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Rows of the frame of ``kind`` (one of `KINDS`) at which ``which`` (N,) is true."""
        return np.asarray(self.row_hashes.row[which & (self.row_hashes.kind == KINDS.index(kind))])


def diff_rows(score_rows: ScoreRows, row_hashes: RowHashes, stored: list[Row], hash_index: HashIndex) -> RowDiff:
    """Compare computed rows with the stored hashes.

    A worked example of one student: stored are the keys ``a, b, c``, computed ``b, c, d``, and the content of ``c``
    differs. Then ``a`` is removed, ``b`` is left alone, ``c`` is written over what is there, and ``d`` is new.

    Args:
        row_hashes: of ``score_rows``.
        stored: (student, rowHashes) of students with rows (see `RowHashes.to_bytes`).
    """
    owner, key, content = _parse_stored(stored, row_hashes.students)
    new_keys, old_keys = _combine(row_hashes.owner, row_hashes.key), _combine(owner, key)

    is_removed = ~np.isin(old_keys, new_keys)
    kind, code = hash_index.find(key[is_removed])
    removed_owner = owner[is_removed]
    without_hashes = {row_hashes.students.index(row["student"]) for row in stored if row["rowHashes"] is None}
    unreadable = set(removed_owner[kind < 0].tolist()) | without_hashes

    is_kept = ~np.isin(owner, list(unreadable))
    compared = _compare(row_hashes, new_keys, old_keys[is_kept], content[is_kept])
    is_new, is_updated = ~compared.is_stored, compared.is_stored & compared.is_changed

    removed = [
        (row_hashes.students[student], KINDS[what], name)
        for student, what, name in zip(removed_owner.tolist(), kind.tolist(), code.tolist(), strict=True)
        if student not in unreadable and KINDS[what] != STEPS
    ]
    for name, node in NODE.items():
        # A relationship is replaced rather than updated: it is removed, and written with what is new.
        replaced = score_rows.tables[name][compared.rows(name, is_updated)].select("student", node)
        removed += [(student, name, replaced_code) for student, replaced_code in replaced.iter_rows()]

    tables = {name: score_rows.tables[name][compared.rows(name, is_new | is_updated)] for name in NODE}
    tables["stage"] = score_rows.tables["stage"]
    new_chains = score_rows.chains[compared.rows(CHAIN, is_new)]
    updated_chains = np.union1d(compared.rows(CHAIN, is_updated), compared.rows(STEPS, is_updated))
    return RowDiff(
        cleared=sorted(row_hashes.students[student] for student in unreadable),
        removed=_by_student(removed),
        score_rows=ScoreRows(tables, new_chains, score_rows.weights),
        updated=score_rows.chains[updated_chains],
        retargeted=score_rows.chains[compared.rows(STEPS, is_updated)],
    )


def _compare(row_hashes: RowHashes, new_keys: Hashes, old_keys: Hashes, old_content: Hashes) -> _Comparison:
    """Look up each computed key (N,) among the stored ones (M,), by binary search in their order."""
    if not len(old_keys):
        nothing = np.zeros(len(new_keys), dtype=bool)
        return _Comparison(row_hashes, nothing, ~nothing)

    order = np.argsort(old_keys)
    sorted_keys, sorted_content = old_keys[order], old_content[order]

    place = np.searchsorted(sorted_keys, new_keys).clip(max=len(sorted_keys) - 1)
    is_stored = sorted_keys[place] == new_keys
    is_changed = ~is_stored | (sorted_content[place] != row_hashes.content)
    return _Comparison(row_hashes, is_stored, is_changed)


def _by_student(removed_rows: list[tuple[str, str, str]]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for student, kind, code in removed_rows:
        own = found.setdefault(student, {name: [] for name in (*NODE, CHAIN)})
        own[kind].append(f"{student}|{code}" if kind == CHAIN else code)
    return found


def _parse_stored(stored: list[Row], students: list[str]) -> tuple[NDArray[np.int64], Hashes, Hashes]:
    """Index of the student, key and content of all stored rows, where they can be read."""
    place = {student: number for number, student in enumerate(students)}
    known = [row for row in stored if row["rowHashes"] is not None]
    arrays = [np.frombuffer(row["rowHashes"], dtype=np.uint64).reshape(2, -1) for row in known]
    key, content = np.concatenate([np.zeros((2, 0), dtype=np.uint64), *arrays], axis=1)
    owner = np.repeat(np.array([place[row["student"]] for row in known], dtype=np.int64), [a.shape[1] for a in arrays])
    return owner, key, content


def _combine(owner: NDArray[np.int64], key: Hashes) -> Hashes:
    """One number for both."""
    return key ^ (owner.astype(np.uint64) * _OWNER_FACTOR)
