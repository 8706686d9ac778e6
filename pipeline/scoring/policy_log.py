"""Logged exposures and feedback as policy learning data (equation 22)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.chains.feedback.policy import LoggedDecisions
from skillpath.chains.feedback.rewards import EVENTS, VANISHED, Rewards, RewardSettings, compute_rewards
from skillpath.chains.model.ranking import TERMS
from skillpath.chains.model.stage import GATES
from skillpath.chains.model.stage import PARTS as STATE
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.exposures import read_exposures, read_reactions
from skillpath.ontology.matching.stable_hash import stable_hash

BEGINNING = "1970-01-01T00:00:00Z"


@dataclass(frozen=True)
class PolicyLogSettings:
    """Which exposures are taken.

    Attributes:
        window_days: days after an exposure in which what is done counts; nothing younger is learned from.
        max_exposures: exposures learned from at a time, the oldest first.
        page_size: exposures read at once.
        rewards: what each step is worth.
    """

    window_days: float = 14.0
    max_exposures: int = 200_000
    page_size: int = 5_000
    rewards: RewardSettings = field(default_factory=RewardSettings)


@dataclass(frozen=True)
class PolicyLog:
    """Exposures and their rewards, ready for policy learning.

    Attributes:
        decisions: one for each exposure, in the order of time. half: (N,) which half of the students each is of.
        counts: exposures, reactions that counted, that were done with other places of a list that was seen
            (``elsewhere``), or with what nobody is known to have seen (``unseen``), and unknown events.
        at, code: the last exposure.
    """

    decisions: LoggedDecisions
    half: NDArray[np.bool_]
    counts: dict[str, int]
    at: str
    code: str


def read_policy_log(graph: Graph, after: str, code: str, until: str, settings: PolicyLogSettings) -> PolicyLog:
    """The exposures after one and until a moment; feedback is looked up within the window of each."""
    window, pages, total = timedelta(days=settings.window_days), list[_Page](), 0
    first, last = after, (after, code)
    for frame in read_exposures(graph, after, code, until, settings.page_size):
        first = frame["at"][0] if not pages else first
        pages.append(_Page.of(frame))
        total, last = total + frame.height, (frame["at"][-1], frame["code"][-1])
        if total >= settings.max_exposures:
            break
    reactions = read_reactions(graph, first, last[0], window) if pages else None
    shown = pl.concat([page.shown for page in pages]) if pages else _Page.none()
    rewards, counts = _rewards(shown["code"], reactions, settings.rewards)
    counts = {"exposures": total, **counts}
    half = stable_hash(shown["student"], seed=1) % np.uint64(2) == 1
    return PolicyLog(_joined(pages, rewards.reward), half, counts, *last)


@dataclass(frozen=True)
class _Page:
    shown: pl.DataFrame
    sizes: NDArray[np.int64]
    values: NDArray[np.float64]
    path: NDArray[np.int64]
    state: NDArray[np.float64]
    chosen: NDArray[np.bool_]

    @staticmethod
    def none() -> pl.DataFrame:
        return pl.DataFrame(schema={"code": pl.String, "student": pl.String, "propensity": pl.Float64})

    @staticmethod
    def of(frame: pl.DataFrame) -> _Page:
        """A page of exposures as arrays, so that what the driver brought can be forgotten."""
        flat = frame.select("candidates", "paths", "chosen").explode("candidates", "paths")
        return _Page(
            frame.select("code", "student", "propensity"),
            frame["candidates"].list.len().cast(pl.Int64).to_numpy(),
            _read_values(frame),
            flat["paths"].replace_strict({name: i for i, name in enumerate(GATES)}, return_dtype=pl.Int64).to_numpy(),
            frame["state"].explode().to_numpy().reshape(-1, len(STATE)),
            (flat["candidates"] == flat["chosen"]).to_numpy(),
        )


def _read_values(frame: pl.DataFrame) -> NDArray[np.float64]:
    """(M, T) explanation vectors of all candidates; terms that an older version did not log are 0.

    A worked example: an exposure of two candidates with twelve values was logged with six terms, so each of its rows
    is those six and zeros.
    """
    parts = []
    for values, candidates in zip(frame["values"].to_list(), frame["candidates"].list.len().to_list(), strict=True):
        logged = np.array(values, dtype=np.float64).reshape(candidates, -1)
        parts.append(np.pad(logged, ((0, 0), (0, len(TERMS) - logged.shape[1]))))
    return np.concatenate([np.zeros((0, len(TERMS))), *parts])


def _joined(pages: list[_Page], reward: NDArray[np.float64]) -> LoggedDecisions:
    sizes = np.concatenate([np.zeros(0, dtype=np.int64), *(page.sizes for page in pages)])
    return LoggedDecisions(
        np.r_[0, np.cumsum(sizes)].astype(np.int64),
        np.concatenate([np.zeros((0, len(TERMS))), *(page.values for page in pages)]),
        np.concatenate([np.zeros(0, dtype=np.int64), *(page.path for page in pages)]),
        np.concatenate([np.zeros((0, len(STATE))), *(page.state for page in pages)]),
        np.flatnonzero(np.concatenate([np.zeros(0, dtype=bool), *(page.chosen for page in pages)])).astype(np.int64),
        np.concatenate([np.zeros(0), *(page.shown["propensity"].to_numpy() for page in pages)]),
        reward,
    )


def _rewards(
    codes: pl.Series, reactions: pl.DataFrame | None, settings: RewardSettings
) -> tuple[Rewards, dict[str, int]]:
    """The reward of each exposure; an event that several exposures showed first counts for each of them."""
    places = pl.DataFrame({"exposure": codes}).with_row_index("place")
    if reactions is None:
        reactions = pl.DataFrame(
            schema={"key": pl.String, "event": pl.String, "exposure": pl.String, "first": pl.Boolean}
        )
    matched = reactions.join(places, on="exposure", how="left", maintain_order="left")
    unseen = matched["exposure"].is_null()
    credited = matched.filter(pl.col("first") & pl.col("place").is_not_null() | pl.col("exposure").is_null())
    number = {name: i for i, name in enumerate(EVENTS)}
    found = compute_rewards(
        credited["place"].cast(pl.Int64).fill_null(VANISHED).to_numpy(),
        credited["event"].replace_strict(number, default=-1, return_dtype=pl.Int64).to_numpy(),
        credited.select(pl.concat_str("key", pl.lit("|"), pl.col("exposure").fill_null("")))["key"]
        .to_numpy()
        .astype(np.str_),
        len(codes),
        settings,
    )
    counts = {
        "counted": found.counted,
        "elsewhere": matched.height - credited.height,
        "unseen": int(unseen.sum()),
        "unknown": found.unknown,
    }
    return found, counts
