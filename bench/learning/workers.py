"""Parallel runs of independent settings, one thread each, since the networks here are too small to share a core."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any


def side_by_side(measure: Callable[..., Any], settings: Iterable[tuple[Any, ...]]) -> list[Any]:
    """What ``measure`` gives for each setting, in their order; as many at a time as OMP_NUM_THREADS or cores allow."""
    workers = int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_one_thread) as pool:
        return [job.result() for job in [pool.submit(measure, *setting) for setting in settings]]


def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)
