"""Dataloaders of explanations computed on demand for the chains of one student."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TypeVar

import anyio.to_thread
from strawberry.dataloader import DataLoader

from skillpath.api.graphql.limits import TooComplex
from skillpath.pipeline.scoring.explain_on_demand import (
    ChainKey,
    EvidencePiece,
    WhatIf,
    compute_counterfactuals,
    find_evidence,
)
from skillpath.pipeline.scoring.refresh import Refresher, StudentContext

T = TypeVar("T")
Key = tuple[str, ChainKey]
"""A student by code, and one of its chains."""


class Explanations:
    """Dataloaders of on-demand explanations, for one student a request.

    Args:
        most: chains at most.
    """

    def __init__(self, refresher: Refresher, most: int) -> None:
        self._refresher, self._most = refresher, most
        self._asked_chains: set[Key] = set()
        self._student_context: StudentContext | None = None

    @cached_property
    def counterfactuals(self) -> DataLoader[Key, WhatIf | None]:
        """What would lift chains."""
        return self._loader(compute_counterfactuals)

    @cached_property
    def evidence(self) -> DataLoader[Key, list[EvidencePiece]]:
        """What chains rest on."""
        return self._loader(find_evidence)

    def _loader(self, explain: Callable[[StudentContext, Sequence[ChainKey]], list[T]]) -> DataLoader[Key, T]:
        async def load(keys: list[Key]) -> list[T]:
            self._check(keys)
            return await anyio.to_thread.run_sync(partial(self._explain, explain, keys))

        return DataLoader(load)

    def _check(self, keys: list[Key]) -> None:
        self._asked_chains.update(keys)
        if len({student for student, _ in self._asked_chains}) > 1:
            raise TooComplex("More than one student is looked at", todo="Ask for one student at a time")
        if len(self._asked_chains) > self._most:
            raise TooComplex(
                f"{len(self._asked_chains)} chains are looked at", todo=f"Ask for at most {self._most} at a time"
            )

    def _explain(self, explain: Callable[[StudentContext, Sequence[ChainKey]], list[T]], keys: list[Key]) -> list[T]:
        self._student_context = self._student_context or self._refresher.student_context(keys[0][0])
        return explain(self._student_context, [chain for _, chain in keys])
