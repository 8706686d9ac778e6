"""Numeric ids of nodes by label and code."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from skillpath.errors import SkillpathError

SCHEMA = {"code": pl.String, "number": pl.Int64}


class Numbers:
    """Hands out consecutive numbers, and finds those of nodes by label and code."""

    def __init__(self) -> None:
        self._next = 0
        self._parts: dict[str, list[pl.DataFrame]] = {}

    def take(self, count: int) -> pl.Series:
        """The next ``count`` numbers."""
        start, self._next = self._next, self._next + count
        return pl.int_range(start, self._next, dtype=pl.Int64, eager=True)

    def register(self, labels: Iterable[str], nodes: pl.DataFrame) -> None:
        """Nodes (code, number) can be found by any of their labels from now on."""
        for label in labels:
            self._parts.setdefault(label, []).append(nodes.drop_nulls("code"))

    def of(self, label: str) -> pl.DataFrame:
        """(code, number) of the nodes with this label."""
        parts = self._parts.get(label)
        if not parts:
            return pl.DataFrame(schema=SCHEMA)
        if len(parts) > 1:
            self._parts[label] = parts = [pl.concat(parts)]
        return parts[0]

    def new(self, label: str, codes: pl.Series) -> pl.DataFrame:
        """Number nodes that are not there yet; (code, number) in the order of ``codes``.

        Raises:
            SkillpathError: a code has a node already, or comes twice.
        """
        nodes = pl.DataFrame({"code": codes, "number": self.take(codes.len())})
        if codes.is_duplicated().any() or codes.is_in(self.of(label)["code"].implode()).any():
            raise SkillpathError(f"Two nodes labelled {label} would have the same code", todo="Sync without --offline")
        self.register([label], nodes)
        return nodes

    def absent(self, label: str, codes: pl.Series) -> pl.Series:
        """Distinct codes without a node, sorted."""
        distinct = codes.drop_nulls().unique().sort()
        return distinct.filter(~distinct.is_in(self.of(label)["code"].implode()))
