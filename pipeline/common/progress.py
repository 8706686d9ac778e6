"""Progress reports of long work: bars on a terminal, lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from skillpath.graph.core.connection import Progress as Tick


class Reporter:
    """Tells named steps as they run, on standard error, so that results on standard output stay clean."""

    def __init__(self, console: Console | None = None, *, quiet: bool = False) -> None:
        self.console = console or Console(stderr=True, soft_wrap=True)
        self.quiet = quiet

    @contextmanager
    def step(self, name: str) -> Iterator[Tick]:
        """Time one step; the tick it yields takes (done, total)."""
        started = time.monotonic()
        with self._bar(name) as tick:
            yield tick
        self.line(f"  {name}: {time.monotonic() - started:.1f} s")

    def line(self, text: str) -> None:
        """One plain line, unless quiet."""
        if not self.quiet:
            self.console.print(text, markup=False, highlight=False)

    @contextmanager
    def _bar(self, name: str) -> Iterator[Tick]:
        if self.quiet or not self.console.is_terminal:
            yield lambda done, total: None
            return
        columns = (
            TextColumn("  {task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self.console, transient=True) as bars:
            task = bars.add_task(name, total=None)
            yield _ticker(bars, task)


def _ticker(bars: Progress, task: int) -> Callable[[int, int], None]:
    from rich.progress import TaskID

    return lambda done, total: bars.update(TaskID(task), completed=done, total=total)
