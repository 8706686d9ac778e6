"""Row hashes of what a run computed for each student, and the diff that a refresh writes.

The hashes are polars', stable within one version of it. Those of another version are not known, so whoever they stand
for is written anew once, as if they were not there; no result hangs on them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.graph.core.connection import Row

NODE = {"has": "skill", "lacks": "skill", "aims_at": "cluster"}
"""What tells one row of a table from another row of the same student."""
CHAIN, STEPS = "chain", "steps"
KINDS = (*NODE, CHAIN, STEPS)
_TARGET_AND_STEPS = ("cluster", "closes")
"""Columns of a chain that are relationships; the others are properties of its node."""
_OWNER_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""Odd, so that each student moves the keys to places of its own."""

Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class RowHashes:
    """The key and content hash of every row, with its student, kind and position; arrays (N,).

    Attributes:
        students: their codes, S in all. owner: index of the student.
        key: hash of what it is about. content: hash of what is said of it.
    """

    students: list[str]
    owner: NDArray[np.int64]
    kind: NDArray[np.int64]
    row: NDArray[np.int64]
    key: Hashes
    content: Hashes

    def to_bytes(self) -> list[bytes]:
        """The hashes of each student as bytes: all keys in order, then the content of each."""
        order = np.lexsort((self.key, self.owner))
        both = np.stack([self.key[order], self.content[order]])
        bounds = np.searchsorted(self.owner[order], np.arange(len(self.students) + 1))
        return [both[:, start:end].tobytes() for start, end in pairwise(bounds)]


@dataclass(frozen=True)
class ScoreRows:
    """The computed rows of some students, by table.

    Attributes:
        tables: ``has``, ``aims_at``, ``lacks`` and ``stage``, each with ``student`` and what `cypher/scores` writes.
        chains: with ``kind`` (Job, Resource or Project) and the list of steps, ``closes``.
        weights: of the terms of the score.
    """

    tables: dict[str, pl.DataFrame]
    chains: pl.DataFrame
    weights: list[float]

    def row_hashes(self) -> RowHashes:
        """Hash every row; a chain gives two, one for its numbers and one for its target and steps."""
        students = self.tables["stage"]["student"]
        owner = pl.col("student").cast(pl.Enum(students)).to_physical().cast(pl.Int64).alias("owner")
        parts = [
            frame.select(owner, _hash_key(kind, pl.col(node)), content=pl.struct(frame.columns).hash(seed=0))
            for kind, node, frame in ((kind, node, self.tables[kind]) for kind, node in NODE.items())
        ]
        chains = self.chains.with_columns(weights=pl.lit(repr(self.weights)))
        numbers, code = (
            [name for name in chains.columns if name not in _TARGET_AND_STEPS],
            pl.concat_str("path", pl.lit("|"), "item"),
        )
        parts += [
            chains.select(owner, _hash_key(kind, code), content=pl.struct(columns).hash(seed=0))
            for kind, columns in ((CHAIN, numbers), (STEPS, list(_TARGET_AND_STEPS)))
        ]
        sizes = [part.height for part in parts]
        rows = np.concatenate([np.arange(size) for size in sizes])
        columns = [np.concatenate([part[name].to_numpy() for part in parts]) for name in ("owner", "key", "content")]
        return RowHashes(students.to_list(), columns[0], np.repeat(np.arange(len(KINDS)), sizes), rows, *columns[1:])

    def with_row_hashes(self, row_hashes: RowHashes) -> ScoreRows:
        """A copy with each student's hashes on the stage row."""
        stage = self.tables["stage"].with_columns(pl.Series("rowHashes", row_hashes.to_bytes(), dtype=pl.Binary))
        return replace(self, tables={**self.tables, "stage": stage})


@dataclass(frozen=True)
class HashIndex:
    """The row that each key hash (N,) identifies: its kind and code; keys rise."""

    key: Hashes
    kind: NDArray[np.int64]
    code: NDArray[np.object_]

    @staticmethod
    def of(skills: pl.Series, clusters: pl.Series, items_by_path: dict[str, pl.Series]) -> HashIndex:
        """Index of all keys that can occur.

        Args:
            skills, clusters: their codes; items_by_path: the codes of what each path can suggest.
        """
        named = [
            items.cast(pl.String).to_frame("item").with_columns(path=pl.lit(p)) for p, items in items_by_path.items()
        ]
        chains = pl.concat(named).select(code=pl.concat_str("path", pl.lit("|"), "item"))["code"]
        codes = {"has": skills, "lacks": skills, "aims_at": clusters, CHAIN: chains, STEPS: chains}
        keys = [
            codes[kind].to_frame("code").select(_hash_key(kind, pl.col("code")))["key"].to_numpy() for kind in KINDS
        ]
        key = np.concatenate(keys)
        order = np.argsort(key)
        kind = np.repeat(np.arange(len(KINDS)), [len(part) for part in keys])
        code = np.concatenate([codes[name].to_numpy().astype(object) for name in KINDS])
        return HashIndex(key[order], kind[order], code[order])

    def find(self, key: Hashes) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
        """Kind and code of each key; kind -1 where it is not known."""
        if not len(self.key):
            return np.full(len(key), -1), np.full(len(key), None)
        place = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.where(self.key[place] == key, self.kind[place], -1), self.code[place]


@dataclass(frozen=True)
class RowDiff:
    """The rows to write and remove so that the graph equals what was computed.

    Attributes:
        cleared: students of whom everything is written anew, as their stored rows cannot be named.
        removed: of each student, the codes of each of `NODE` and ids of ``chain`` that go.
        score_rows: rows that are new.
        updated: stored chains with other numbers.
        retargeted: those of them with another target or other steps.
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


def _hash_key(kind: str, code: Any) -> pl.Expr:
    return pl.concat_str(pl.lit(f"{kind}|"), code).hash(seed=0).alias("key")
