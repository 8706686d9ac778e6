"""Results of the chains benchmark: criteria, measured values and whether each criterion is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from bench.skeleton import machine


@dataclass(frozen=True)
class Criterion:
    """One number that was asked for: the measured value must be at most (``<=``) or at least (``>=``) the limit."""

    what: str
    measured: float
    sign: Literal["<=", ">="]
    limit: float

    @property
    def met(self) -> bool:
        """Whether it holds; what is no number does not."""
        return self.measured <= self.limit if self.sign == "<=" else self.measured >= self.limit

    def data(self) -> dict[str, Any]:
        """For the result file."""
        numbers = {"measured": self.measured, "asked": f"{self.sign} {self.limit:.6g}"}
        return {"what": self.what, **numbers, "met": self.met}

    def line(self) -> str:
        """For people."""
        verdict = "met" if self.met else "MISSED"
        return f"{verdict:>6}  {self.what}: {self.measured:.4g} ({self.sign} {self.limit:.4g})"


def part(
    data: str, task: str, protocol: str, asked: Sequence[Criterion], facts: list[str], **more: Any
) -> dict[str, Any]:
    """The result of one part, with where it was measured."""
    for each in asked:
        print(each.line(), flush=True)
    head = {"machine": machine(), "data": data, "task": task, "protocol": protocol}
    return {**head, **more, "asked": [each.data() for each in asked], "facts": facts}


def spread(values: Sequence[float]) -> dict[str, Any]:
    """Mean and standard deviation over seeds or repetitions."""
    return {"mean": float(np.mean(values)), "std": float(np.std(values)), "seeds": len(values)}
