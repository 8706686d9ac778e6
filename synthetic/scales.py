"""Scales of the town: demo, seed, or any number of postings in the proportions of the seed scale."""

from __future__ import annotations

from dataclasses import replace

from skillpath.errors import BadInput
from skillpath.synthetic.town_settings import TownSettings

DEMO = TownSettings()
SEED = TownSettings(
    postings=84_216, students=18_274, resources=600, projects=400, feedback=6_315, start="2021-01", months=48
)
FEWEST = 10


def settings_of(scale: str, seed: int) -> TownSettings:
    """Return the settings of a scale.

    Args:
        scale: `demo`, `seed`, or a number of posts such as `3000`.

    Raises:
        BadInput: the scale is none of these, or the seed is out of range.
    """
    named = {"demo": DEMO, "seed": SEED}
    if scale in named:
        return replace(named[scale], seed=seed)
    postings = int(scale) if scale.isascii() and scale.isdigit() and len(scale) < 10 else 0
    if postings < FEWEST:
        raise BadInput(
            f"No scale “{scale}”", where="--scale", todo=f"Give demo, seed, or a number of posts from {FEWEST}"
        )
    return replace(
        SEED,
        seed=seed,
        postings=postings,
        students=_in_proportion(SEED.students, postings),
        resources=_in_proportion(SEED.resources, postings),
        projects=_in_proportion(SEED.projects, postings),
        feedback=_in_proportion(SEED.feedback, postings),
    )


def _in_proportion(full: int, postings: int) -> int:
    return max(FEWEST, round(full * postings / SEED.postings))
