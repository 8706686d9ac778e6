"""The result of cleaning a table: records, rejected rows, step counts."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class StepCount:
    """How many rows one named step touched; ``detail`` says in a few words what it did to them."""

    name: str
    rows: int
    detail: str = ""


@dataclass(frozen=True)
class CleaningResult:
    """Records that keep the contract, those that do not, and how many were not wanted.

    Attributes:
        frame: records: ``row``, ``line``, the contract's fields typed, ``<salary>_min``, ``_max`` (a month) and
            ``_currency`` of each salary field, and ``month`` (its first day) where the contract is dated.
        rejected: quarantine rows, several for a row with several faults.
        ignored_columns: source columns that nothing reads.
        steps: what each step touched, in order.
        keys: the key fields of every row that was wanted and states all of them, quarantined ones included, once
            each: a record that is merely broken today is not one that was deleted.
    """

    frame: pl.DataFrame
    rejected: pl.DataFrame
    not_selected: int
    ignored_columns: tuple[str, ...]
    steps: tuple[StepCount, ...] = ()
    keys: pl.DataFrame = field(default_factory=pl.DataFrame)
    keyless: int = 0
    """Quarantined rows whose key cannot be read: which records they were, nobody knows."""

    @property
    def quarantined(self) -> int:
        """Rows with at least one fault."""
        return self.rejected["row"].n_unique()

    @property
    def bad_share(self) -> float:
        """Share of the wanted rows that are in quarantine; 0 where none was wanted."""
        return self.quarantined / max(self.quarantined + self.frame.height, 1)
