"""What one request looks at more closely: a few chains of one student, computed from the graph as it is now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TypeVar

import anyio.to_thread
from strawberry.dataloader import DataLoader

from skillpath.api.graphql.limits import TooComplex
from skillpath.pipeline.scoring.explain_on_demand import Piece, Suggested, WhatIf, evidence, what_if
from skillpath.pipeline.scoring.refresh import Person, Refresher

T = TypeVar("T")
Key = tuple[str, Suggested]
"""A student by code, and one of its chains."""


class Looks:
    """The closer looks of one request.

    Args:
        most: chains at most.
    """

    def __init__(self, refresher: Refresher, most: int) -> None:
        self._refresher, self._most = refresher, most
        self._seen: set[Key] = set()
        self._person: Person | None = None

    @cached_property
    def counterfactuals(self) -> DataLoader[Key, WhatIf | None]:
        """What would lift chains."""
        return self._loader(what_if)

    @cached_property
    def evidence(self) -> DataLoader[Key, list[Piece]]:
        """What chains rest on."""
        return self._loader(evidence)

    def _loader(self, look: Callable[[Person, Sequence[Suggested]], list[T]]) -> DataLoader[Key, T]:
        async def load(keys: list[Key]) -> list[T]:
            self._check(keys)
            return await anyio.to_thread.run_sync(partial(self._look, look, keys))

        return DataLoader(load)

    def _check(self, keys: list[Key]) -> None:
        self._seen.update(keys)
        if len({student for student, _ in self._seen}) > 1:
            raise TooComplex("More than one student is looked at", todo="Ask for one student at a time")
        if len(self._seen) > self._most:
            raise TooComplex(f"{len(self._seen)} chains are looked at", todo=f"Ask for at most {self._most} at a time")

    def _look(self, look: Callable[[Person, Sequence[Suggested]], list[T]], keys: list[Key]) -> list[T]:
        self._person = self._person or self._refresher.person(keys[0][0])
        return look(self._person, [chain for _, chain in keys])
