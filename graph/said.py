"""What a run says of students as hashes beside them, so that a refresh finds what differs without reading all of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from skillpath.graph.connection import Row

NODE = {"has": "skill", "lacks": "skill", "aims_at": "cluster"}
"""What tells one row of a table from another row of the same student."""
CHAIN, STEPS = "chain", "steps"
_WAY = ("cluster", "closes")
"""Columns of a chain that are relationships; the others are properties of its node."""
_ENTRY: dict[str, Any] = {"student": pl.String, "key": pl.UInt64, "content": pl.UInt64}
_OWN = ["student", "key"]


@dataclass(frozen=True)
class Said:
    """What is said of some students.

    Attributes:
        tables: ``has``, ``aims_at``, ``lacks`` and ``stage``, each with ``student`` and what `cypher/scores` writes.
        chains: with ``kind`` (Job, Resource or Project) and the list of steps, ``closes``.
        weights: of the terms of the score.
    """

    tables: dict[str, pl.DataFrame]
    chains: pl.DataFrame
    weights: list[float]

    def entries(self) -> pl.DataFrame:
        """A line for each thing said: student, kind, code, ``row`` in its frame, the hashes ``key`` and ``content``.

        A chain gives two, one for its numbers and one for its target and steps; the code of both is ``path|item``.
        """
        parts = [_lines(kind, self.tables[kind], pl.col(node)) for kind, node in NODE.items()]
        code = pl.concat_str("path", pl.lit("|"), "item")
        told = self.chains.with_columns(weights=pl.lit(repr(self.weights)))
        return pl.concat(
            [
                *parts,
                _lines(CHAIN, told, code, [name for name in told.columns if name not in _WAY]),
                _lines(STEPS, told, code, list(_WAY)),
            ]
        )

    def marked(self, entries: pl.DataFrame) -> Said:
        """The same, with the hashes of each student on ``stage``."""
        hashes = packed(entries)
        said = [hashes.get(student, b"") for student in self.tables["stage"]["student"]]
        stage = self.tables["stage"].with_columns(said=pl.Series(said, dtype=pl.Binary))
        return replace(self, tables={**self.tables, "stage": stage})


def packed(entries: pl.DataFrame) -> dict[str, bytes]:
    """The hashes of each student as bytes: all keys in order, then the content of each."""
    ordered = entries.sort(_OWN)
    student = ordered["student"].rle_id().to_numpy()
    bounds = np.flatnonzero(np.r_[True, np.diff(student) > 0, True][: len(student) + 1])
    both = ordered.select("key", "content").to_numpy()
    owners = ordered["student"].gather(bounds[:-1])
    return {
        owner: both[start:end].T.tobytes() for owner, start, end in zip(owners, bounds[:-1], bounds[1:], strict=True)
    }


def unpacked(rows: list[Row]) -> pl.DataFrame:
    """(student, key, content) of rows with ``student`` and ``said``."""
    arrays = [np.frombuffer(row["said"], dtype=np.uint64).reshape(2, -1) for row in rows]
    key, content = np.concatenate([np.zeros((2, 0), dtype=np.uint64), *arrays], axis=1)
    owner = np.repeat(np.arange(len(rows)), [array.shape[1] for array in arrays])
    students = pl.Series([row["student"] for row in rows], dtype=pl.String).gather(owner)
    return pl.DataFrame({"student": students, "key": key, "content": content}, schema=_ENTRY)


def names_of(skills: pl.Series, clusters: pl.Series, suggested: dict[str, pl.Series]) -> pl.DataFrame:
    """(key, kind, code) of all that can be said.

    Args:
        skills, clusters: their codes; suggested: the codes of what each path can suggest.
    """
    chains = pl.concat(
        [
            _code(pl.DataFrame({"item": items.cast(pl.String)}).with_columns(path=pl.lit(path)))
            for path, items in suggested.items()
        ]
    )
    codes = {"has": skills, "lacks": skills, "aims_at": clusters, CHAIN: chains, STEPS: chains}
    return pl.concat(
        [
            pl.DataFrame({"code": code}).select(_key(kind), pl.lit(kind).alias("kind"), "code")
            for kind, code in codes.items()
        ]
    )


@dataclass(frozen=True)
class Difference:
    """What to write so that the graph says what was computed.

    Attributes:
        cleared: students of whom everything is written anew, as what stands of them cannot be told.
        removed: one row a student with codes of ``has``, ``lacks``, ``aims_at`` and ids of ``chain``.
        said: what is new. updated: chains of which only numbers changed.
    """

    cleared: list[str]
    removed: list[Row]
    said: Said
    updated: pl.DataFrame


def differ(said: Said, entries: pl.DataFrame, stored: list[Row], names: pl.DataFrame) -> Difference:
    """What differs between what was computed and what stands.

    Args:
        entries: of ``said``; stored: rows with ``student`` and ``said`` (see `packed`) of whom something stands;
            names: see `names_of`.
    """
    old = unpacked([row for row in stored if row["said"] is not None])
    gone = old.join(entries, on=_OWN, how="anti")
    gone = gone.join(names.filter(pl.col("key").is_in(gone["key"].implode())), on="key", how="left")
    unknown = set(gone.filter(pl.col("kind").is_null())["student"])
    lost = unknown | {row["student"] for row in stored if row["said"] is None}
    cleared = pl.col("student").is_in(sorted(lost))
    old, gone = old.filter(~cleared), gone.filter(~cleared)
    changed = entries.join(old.rename({"content": "was"}), on=_OWN, how="left", maintain_order="left")
    changed = changed.filter(pl.col("content").ne_missing(pl.col("was")))
    replaced = changed.filter(pl.col("was").is_not_null(), pl.col("kind") != CHAIN)
    removed = pl.concat(
        [part.select("student", "kind", "code") for part in (gone.filter(pl.col("kind") != STEPS), replaced)]
    )
    rows = {kind: changed.filter(kind=kind)["row"] for kind in (*NODE, CHAIN, STEPS)}
    tables = {kind: said.tables[kind][rows[kind]] for kind in NODE} | {"stage": said.tables["stage"]}
    only_numbers = rows[CHAIN].filter(~rows[CHAIN].is_in(rows[STEPS].implode()))
    return Difference(
        sorted(lost),
        _by_student(removed),
        Said(tables, said.chains[rows[STEPS]], said.weights),
        said.chains[only_numbers],
    )


def _by_student(removed: pl.DataFrame) -> list[Row]:
    kind, code = pl.col("kind"), pl.col("code")
    chain = pl.concat_str("student", pl.lit("|"), "code").filter(kind.is_in([CHAIN, STEPS])).alias("chain")
    return (
        removed.group_by("student", maintain_order=True)
        .agg(*(code.filter(kind == n).alias(n) for n in NODE), chain)
        .to_dicts()
    )


def _lines(kind: str, frame: pl.DataFrame, code: pl.Expr, columns: list[str] | None = None) -> pl.DataFrame:
    content = pl.struct(columns or frame.columns).hash(seed=0)
    named = frame.select("student", code=code, content=content).with_row_index("row")
    return named.select("student", "code", "row", "content", _key(kind), pl.lit(kind).alias("kind"))


def _code(frame: pl.DataFrame) -> pl.Series:
    return frame.select(code=pl.concat_str("path", pl.lit("|"), "item"))["code"]


def _key(kind: str) -> pl.Expr:
    return pl.concat_str(pl.lit(f"{kind}|"), "code").hash(seed=0).alias("key")
