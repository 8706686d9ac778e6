"""GraphQL types of demand: the served forecast and the monthly history."""

from __future__ import annotations

from datetime import date
from enum import Enum

import strawberry

from skillpath.graph.core.connection import Row


@strawberry.enum
class DemandClass(Enum):
    """What becomes of the demand for a job cluster over the horizon of the forecast."""

    HIGH_GROWTH = "HIGH_GROWTH"
    GROWTH = "GROWTH"
    STABLE = "STABLE"
    DECLINE = "DECLINE"
    LOW = "LOW"


@strawberry.enum
class Channel(Enum):
    """What a forecast listens to: texts of postings, training sequences, the skill graph, the series of counts."""

    TEXT = "TEXT"
    SEQUENCE = "SEQUENCE"
    GRAPH = "GRAPH"
    SERIES = "SERIES"


@strawberry.type
class ClassProbability:
    """How probable a class is, calibrated; those of all classes add up to 1."""

    demand_class: DemandClass
    probability: float


@strawberry.type
class Gate:
    """How much a channel had to say in a forecast; the weights of all channels add up to 1."""

    channel: Channel
    weight: float


@strawberry.type
class Demand:
    """The forecast of a job cluster's demand at the end of the month `period`.

    `demand` is a level in [0, 1], `trend` the change of log postings over the horizon, `gap` the share of what is
    asked that is not there, `confidence` the probability of `demandClass`. `warning` says that `warningIndex` is
    above the threshold that was set for a stated precision.
    """

    period: date
    demand_class: DemandClass
    probabilities: list[ClassProbability]
    demand: float
    trend: float
    gap: float
    confidence: float
    warning_index: float
    warning: bool
    gates: list[Gate]


@strawberry.type
class DemandMonth:
    """One month of a job cluster: its first day, the postings (reposts left out), and the forecast at its end.

    `demand`, `gap` and `demandClass` are null where no forecast was made.
    """

    period: date
    postings: int
    demand: float | None = None
    gap: float | None = None
    demand_class: DemandClass | None = None


def to_demand(row: Row) -> Demand:
    """The demand of a row of `graph.forecasts.CURRENT`."""
    return Demand(
        period=date.fromisoformat(row["period"]),
        demand_class=DemandClass(row["demandClass"]),
        probabilities=[
            ClassProbability(demand_class=kind, probability=share)
            for kind, share in zip(DemandClass, row["probabilities"], strict=True)
        ],
        demand=row["demand"],
        trend=row["trend"],
        gap=row["gap"],
        confidence=row["confidence"],
        warning_index=row["warningIndex"],
        warning=row["warning"],
        gates=[Gate(channel=channel, weight=weight) for channel, weight in zip(Channel, row["gates"], strict=True)],
    )


def to_demand_month(row: Row, forecast: Row | None) -> DemandMonth:
    """A month of postings with the forecast at its end, if there is one."""
    month = DemandMonth(period=row["period"], postings=row["postings"])
    if forecast is not None:
        month.demand, month.gap = forecast["demand"], forecast["gap"]
        month.demand_class = DemandClass(forecast["demandClass"])
    return month
