"""Courses, training, competitions, certificates, mentors, policies and incubators of the town."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.market.employers import REGIONS
from skillpath.synthetic.packaged import read_packaged
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import TownVocabulary, slug

EDITIONS = ("evening edition", "weekend edition", "online edition", "summer edition")
ONLINE = "(online edition"
OTHER_PROVIDERS = ("Chamber of Trade", "People's College", "Aldermere University", "Aldermere Technical College")
"""Who offers further editions of courses and training, in turn."""
SEATS = {
    "course": 60,
    "training": 16,
    "certificate": 24,
    "competition": 120,
    "mentor": 4,
    "incubator": 12,
    "policy": 200,
}
"""Usual number of places."""

GRADED = ("course", "training", "certificate")
"""Kinds that build on what was taught before."""

ENDINGS = {
    "course": "The course ends with a written examination and a small project",
    "training": "You practise with real cases, and the group stays small",
    "certificate": "The examination at the end leads to a certificate that employers in town recognise",
    "competition": "Teams from school, college and university may enter; a jury gives each team feedback",
    "mentor": "You meet an experienced person every two weeks and work on your own questions",
    "policy": "An adviser in the town hall helps with the forms and checks what you are entitled to",
    "incubator": "Teams get desks, advice and introductions, and present their results at the end",
}

OPENINGS = {
    1: "No previous knowledge is needed",
    2: "You should know the basics",
    3: "For people with experience",
}


@dataclass(frozen=True)
class GainRange:
    """How much of the missing level a finished resource adds: from short and general to long and focused."""

    low: float = 0.25
    high: float = 0.6


@dataclass(frozen=True)
class Resources:
    """The table for resources.csv and its latent part.

    Attributes:
        table: code, kind, title, text, skills, prerequisites, provider, region, starts_at, closes_at, hours, seats.
        level: 1 for beginners … 3 for the experienced, shape (resources,).
        gain: share of the missing level that finishing adds, shape (resources, leaves).
    """

    table: pl.DataFrame
    level: NDArray[np.int64]
    gain: NDArray[np.float64]

    @cached_property
    def teaches(self) -> NDArray[np.bool_]:
        """Whether a resource improves a skill, shape (resources, leaves)."""
        return self.gain > 0

    @cached_property
    def taught_skills(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Where the taught skills of each resource begin (resources + 1,), and leaf and gain of each (taught,)."""
        row, leaf = np.nonzero(self.gain)
        begins = np.searchsorted(row, np.arange(len(self.level) + 1))
        return begins, leaf, self.gain[row, leaf]

    def find_taught(
        self, resource: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return place in `resource`, leaf and gain of all that these resources teach, shape (taught,) each."""
        begins, leaf, gain = self.taught_skills
        size = (begins[1:] - begins[:-1])[resource]
        place = np.repeat(np.arange(len(resource)), size)
        within = np.arange(len(place)) - np.repeat(np.cumsum(size) - size, size)
        entry = begins[resource][place] + within
        return place, leaf[entry], gain[entry]


def make_resources(settings: TownSettings, vocabulary: TownVocabulary) -> Resources:
    """Return the catalogue, cut evenly or extended by further editions to `settings.resources`."""
    rng = settings.rng("resources")
    chosen = _editions(read_packaged("resources.csv"), settings.resources)
    hours = chosen["hours"].cast(pl.Int64)
    gain = _gain(rng, chosen, hours.to_numpy(), vocabulary)
    begins = settings.end + rng.integers(21, 180, chosen.height)
    chosen = chosen.with_columns(pl.Series("code", [f"town:resource/{slug(title)}" for title in chosen["title"]]))
    table = chosen.select(
        "code",
        "kind",
        "title",
        pl.Series("text", _texts(chosen, vocabulary)),
        "skills",
        _prerequisites(chosen),
        "provider",
        _regions(settings, chosen),
        # Earlier editions ran in every term; a reader of the catalogue wants the next one, after the window.
        pl.Series("starts_at", begins.astype(np.str_)),
        pl.Series("closes_at", (begins - rng.integers(3, 20, chosen.height)).astype(np.str_)),
        hours,
        _seats(rng, chosen),
    )
    return Resources(table, chosen["level"].cast(pl.Int64).to_numpy(), gain)


def _editions(catalogue: pl.DataFrame, wanted: int) -> pl.DataFrame:
    if wanted <= catalogue.height:
        return catalogue[np.linspace(0, catalogue.height - 1, wanted).round().astype(np.int64)]
    rows = np.arange(wanted)
    round_of = rows // catalogue.height
    suffix = [_suffix(int(number)) for number in round_of]
    chosen = catalogue[rows % catalogue.height]
    turn = pl.Series(np.array(OTHER_PROVIDERS)[(rows + round_of) % len(OTHER_PROVIDERS)])
    free = pl.Series(round_of > 0) & chosen["kind"].is_in(["course", "training"])
    shift = np.where(round_of > 0, rows % 3 - 1, 0)
    shorter = np.where(round_of > 0, np.array([1.0, 0.75, 0.5])[(rows + round_of) % 3], 1.0)
    return chosen.with_columns(
        title=pl.col("title") + pl.Series(suffix),
        provider=turn.zip_with(free, chosen["provider"]),
        level=(pl.col("level").cast(pl.Int64) + pl.Series(shift)).clip(1, 3).cast(pl.String),
        hours=(pl.col("hours").cast(pl.Float64) * pl.Series(shorter)).ceil().cast(pl.Int64).cast(pl.String),
    )


def _suffix(number: int) -> str:
    if number == 0:
        return ""
    name = EDITIONS[(number - 1) % len(EDITIONS)]
    repeat = (number - 1) // len(EDITIONS)
    return f" ({name})" if repeat == 0 else f" ({name} {repeat + 1})"


def _gain(
    rng: np.random.Generator, chosen: pl.DataFrame, hours: NDArray[np.int64], vocabulary: TownVocabulary
) -> NDArray[np.float64]:
    size = GainRange()
    gain = np.zeros((chosen.height, vocabulary.leaves.height))
    for row, skills in enumerate(chosen["skills"].str.split("|")):
        leaves = vocabulary.leaf_rows(skills, "resources.csv")
        focus = min(1.0, hours[row] / (20.0 * len(leaves)))
        gain[row, leaves] = size.low + (size.high - size.low) * focus * rng.uniform(0.7, 1.0, len(leaves))
    return gain.round(3)


def _texts(chosen: pl.DataFrame, vocabulary: TownVocabulary) -> list[str]:
    definitions = dict(zip(vocabulary.leaves["label"], vocabulary.leaves["definition"], strict=True))
    return [_text(row, definitions) for row in chosen.iter_rows(named=True)]


def _text(row: dict[str, str], definitions: dict[str, str]) -> str:
    skills = row["skills"].split("|")
    meaning = definitions[skills[0]].rstrip(".")
    about = f"{meaning[0].lower()}{meaning[1:]}"
    more = f" It also covers {join_words(skills[1:])}." if len(skills) > 1 else ""
    opening = OPENINGS[int(row["level"])]
    return (
        f"{row['title']}, {row['hours']} hours with {row['provider']}. At the centre is {skills[0]}: {about}."
        f"{more} {opening}. {ENDINGS[row['kind']]}."
    )


def join_words(things: list[str]) -> str:
    """Return a list as it is spoken.

    >>> join_words(["SQL", "Git", "tests"])
    'SQL, Git and tests'
    """
    return " and ".join([", ".join(things[:-1]), things[-1]]) if len(things) > 1 else things[0]


def _regions(settings: TownSettings, chosen: pl.DataFrame) -> pl.Series:
    providers = chosen["provider"].unique().sort()
    home = np.array(REGIONS)[settings.rng("providers").integers(len(REGIONS), size=len(providers))]
    region = chosen["provider"].replace_strict(dict(zip(providers, home.tolist(), strict=True)))
    return chosen.select(region=pl.when(~pl.col("title").str.contains(ONLINE, literal=True)).then(region)).to_series()


def _prerequisites(chosen: pl.DataFrame) -> pl.Series:
    """What first editions that are not for beginners ask for: an easier course that teaches their central skill."""
    first = chosen.filter(~pl.col("title").str.contains(r"\(\w+ edition")).with_row_index("place")
    first = first.with_columns(pl.col("level").cast(pl.Int64), skill=pl.col("skills").str.split("|"))
    easier = first.filter(kind="course").explode("skill").select("skill", "place", below="level", prerequisites="code")
    graded = first.filter(pl.col("kind").is_in(GRADED)).with_columns(pl.col("skill").list.first())
    found = graded.select("code", "skill", "level").join(easier, on="skill").filter(pl.col("below") < pl.col("level"))
    # The hardest of the easier ones; ties go to the order of the catalogue.
    found = found.sort("below", "place", descending=[True, False]).unique("code", keep="first", maintain_order=True)
    with_prerequisites = chosen.join(
        found.select("code", "prerequisites"), on="code", how="left", maintain_order="left"
    )
    return with_prerequisites["prerequisites"]


def _seats(rng: np.random.Generator, chosen: pl.DataFrame) -> pl.Series:
    usual = chosen["kind"].replace_strict(SEATS, return_dtype=pl.Float64).to_numpy()
    return pl.Series("seats", np.maximum(1, usual * rng.uniform(0.6, 1.4, chosen.height)).astype(np.int64))
