"""Base classes and helpers of the dataloaders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, TypeVar

import anyio.to_thread
from strawberry.dataloader import DataLoader

from skillpath.api.services.student_chains import served_run
from skillpath.errors import Unavailable
from skillpath.graph.core import reads
from skillpath.graph.core.connection import Graph, Query, Row

K = TypeVar("K")
T = TypeVar("T")


async def in_thread(work: Callable[..., T], *arguments: Any) -> T:
    """Run a blocking read beside the event loop."""
    return await anyio.to_thread.run_sync(partial(work, *arguments))


@dataclass
class GraphLoaders:
    """Kinds of loaders over one graph."""

    graph: Graph

    @cached_property
    def _run(self) -> DataLoader[str, str]:
        async def load(keys: list[str]) -> list[str]:
            return [await in_thread(served_run, self.graph)] * len(keys)

        return DataLoader(load)

    async def run(self) -> str:
        """Id of the served run, read once a request so that all its answers are of one run."""
        return await self._run.load("current")

    async def run_or_none(self) -> str | None:
        """Id of the served run, or None if nothing was scored yet."""
        try:
            return await self.run()
        except Unavailable:
            return None

    def forget(self) -> None:
        """Read everything anew: this very request has changed it."""
        for loader in list(vars(self).values()):
            if isinstance(loader, DataLoader):
                loader.clear_all()

    def _by_code(self, statement: Query) -> DataLoader[str, Row | None]:
        async def load(keys: list[str]) -> Sequence[Row | None]:
            return await in_thread(reads.by_code, self.graph, statement, keys)

        return DataLoader(load)

    def _by_owner(self, statement: Query) -> DataLoader[str, list[Row]]:
        async def load(keys: list[str]) -> list[list[Row]]:
            return await in_thread(reads.by_owner, self.graph, statement, keys)

        return DataLoader(load)

    def _through(self, read: Callable[[Graph, Sequence[K]], list[T]]) -> DataLoader[K, T]:
        """What a service function finds for the keys of one batch."""

        async def load(keys: list[K]) -> list[T]:
            return await in_thread(read, self.graph, keys)

        return DataLoader(load)

    def _through_run(self, read: Callable[[Graph, str, Sequence[K]], list[T]]) -> DataLoader[K, T]:
        """What a service function finds for the keys of one batch in the served run."""

        async def load(keys: list[K]) -> list[T]:
            return await in_thread(read, self.graph, await self.run(), keys)

        return DataLoader(load)

    def _of_run(self, statement: Query) -> DataLoader[str, list[Row]]:
        async def load(keys: list[str]) -> list[list[Row]]:
            run = await self.run()
            return await in_thread(partial(reads.by_owner, self.graph, statement, keys, run=run))

        return DataLoader(load)

    def _first_through(
        self, read: Callable[[Graph, Sequence[str], int], list[list[T]]]
    ) -> DataLoader[tuple[str, int], list[T]]:
        """The first of what a service function finds, by (code, first)."""

        async def load(keys: list[tuple[str, int]]) -> list[list[T]]:
            most = max(first for _, first in keys)
            found = await in_thread(read, self.graph, [code for code, _ in keys], most)
            return [each[:first] for each, (_, first) in zip(found, keys, strict=True)]

        return DataLoader(load)

    def _first_of(self, statement: Query, *, of_run: bool = False) -> DataLoader[tuple[str, int], list[Row]]:
        """The first rows by (code, first); of the served scores if ``of_run``, and none before there are any."""

        async def load(keys: list[tuple[str, int]]) -> list[list[Row]]:
            more = {"run": await self.run_or_none()} if of_run else {}
            most = max(first for _, first in keys)
            codes = [code for code, _ in keys]
            rows = await in_thread(partial(reads.by_owner, self.graph, statement, codes, first=most, **more))
            return [found[:first] for found, (_, first) in zip(rows, keys, strict=True)]

        return DataLoader(load)
