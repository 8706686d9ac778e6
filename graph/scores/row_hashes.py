"""Row hashes of what a run computed for each student.

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

NODE = {"has": "skill", "lacks": "skill", "aims_at": "cluster"}
"""What tells one row of a table from another row of the same student."""
CHAIN, STEPS = "chain", "steps"
KINDS = (*NODE, CHAIN, STEPS)
_RELATIONSHIPS = ("cluster", "closes", "because")
"""Columns of a chain that are relationships; the others are properties of its node."""
Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class RowHashes:
    """The key and content hash of every row, with its student, kind and position; arrays (N,).

    Attributes:
        students: their codes, S in all.
        owner: index of the student.
        kind: index into `KINDS`.
        row: position in the table of the kind.
        key: hash of what it is about.
        content: hash of what is said of it.
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
        chains: with ``kind`` (Job, Resource or Project), the list of steps, ``closes``, and of reasons, ``because``.
        weights: of the terms of the score, by path.
    """

    tables: dict[str, pl.DataFrame]
    chains: pl.DataFrame
    weights: dict[str, list[float]]

    def row_hashes(self) -> RowHashes:
        """Hash every row; a chain gives two, one for its numbers and one for its target, steps and reasons.

        A worked example: student s1 has SQL at 0.4 and one chain, "TRAINING|R1". That gives three rows: kind has with
        the key of "has|SQL", kind chain with that of "chain|TRAINING|R1", and kind steps with that of
        "steps|TRAINING|R1". A new level of SQL changes the content of the first, and no key.
        """
        students = self.tables["stage"]["student"]
        owner = pl.col("student").cast(pl.Enum(students)).to_physical().cast(pl.Int64).alias("owner")
        # One frame (owner, key, content) of each kind, in the order of `KINDS`.
        parts = [*self._hash_tables(owner), *self._hash_chains(owner)]

        sizes = [part.height for part in parts]
        owners, key, content = (
            np.concatenate([part[name].to_numpy() for part in parts]) for name in ("owner", "key", "content")
        )
        return RowHashes(
            students=students.to_list(),
            owner=owners,
            kind=np.repeat(np.arange(len(KINDS)), sizes),
            row=np.concatenate([np.arange(size) for size in sizes]),
            key=key,
            content=content,
        )

    def _hash_tables(self, owner: pl.Expr) -> list[pl.DataFrame]:
        """Hashes of the relationships: the key says to which node, the content is the whole row."""
        return [
            self.tables[kind].select(
                owner, _hash_key(kind, pl.col(node)), content=pl.struct(self.tables[kind].columns).hash(seed=0)
            )
            for kind, node in NODE.items()
        ]

    def _hash_chains(self, owner: pl.Expr) -> list[pl.DataFrame]:
        """Hashes of the chains' numbers, and of their relationships, under the same code."""
        # The weights are stored with each chain, so other weights are other content.
        texts = {path: repr(weights) for path, weights in self.weights.items()}
        chains = self.chains.with_columns(weights=pl.col("path").replace_strict(texts, return_dtype=pl.String))
        code = pl.concat_str("path", pl.lit("|"), "item")
        numbers = [name for name in chains.columns if name not in _RELATIONSHIPS]
        return [
            chains.select(owner, _hash_key(kind, code), content=pl.struct(columns).hash(seed=0))
            for kind, columns in ((CHAIN, numbers), (STEPS, list(_RELATIONSHIPS)))
        ]

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

        A worked example: the skill SQL and the resource R1 of the path TRAINING give four keys: two
        of SQL (has, lacks), none of a cluster, and two of "TRAINING|R1" (chain, steps).

        Args:
            skills: their codes.
            clusters: their codes.
            items_by_path: the codes of what each path can suggest.
        """
        items = [
            codes.cast(pl.String).to_frame("item").with_columns(path=pl.lit(path))
            for path, codes in items_by_path.items()
        ]
        chains = pl.concat(items).select(code=pl.concat_str("path", pl.lit("|"), "item"))["code"]
        codes = {"has": skills, "lacks": skills, "aims_at": clusters, CHAIN: chains, STEPS: chains}

        keys = [
            codes[kind].to_frame("code").select(_hash_key(kind, pl.col("code")))["key"].to_numpy() for kind in KINDS
        ]
        key = np.concatenate(keys)
        kind = np.repeat(np.arange(len(KINDS)), [len(part) for part in keys])
        code = np.concatenate([codes[name].to_numpy().astype(object) for name in KINDS])

        order = np.argsort(key)
        return HashIndex(key[order], kind[order], code[order])

    def find(self, key: Hashes) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
        """Kind and code of each key; kind -1 where it is not known."""
        if not len(self.key):
            return np.full(len(key), -1), np.full(len(key), None)
        place = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.where(self.key[place] == key, self.kind[place], -1), self.code[place]


def _hash_key(kind: str, code: Any) -> pl.Expr:
    return pl.concat_str(pl.lit(f"{kind}|"), code).hash(seed=0).alias("key")
