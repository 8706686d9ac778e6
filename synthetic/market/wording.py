"""Titles and sentences of postings, put together from templates column by column."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.town_vocabulary import TownVocabulary

RANKED_INDUSTRIES = ("software", "finance", "machinery", "professional services", "research", "electronics")
RANKS = (("", 0.62, 1.0), ("Junior ", 0.18, 0.86), ("Senior ", 0.2, 1.22))
"""Prefix, share and pay factor; only in clusters whose industries use such ranks."""
SUFFIXES = (("", 0.86), (" (part-time)", 0.09), (" (temporary cover)", 0.05))

OPENINGS = (
    "{employer} in {region} is looking for {a_title}.",
    "For our team in {region} we are hiring {a_title}.",
    "{employer} has an opening: {title}, based in {region}.",
    "Do you want to work in {region}? {employer} would like to meet you.",
    "We are {employer}, and we have work to offer in {region}.",
    "{employer} is growing, so we are filling a new position in {region}.",
)
DUTIES = (
    "{A_title} {duty}.",
    "What the work is about: {a_title} {duty}.",
    "In this position you are someone who {duty}.",
    "The person we hire {duty}.",
    "Our definition of the role: somebody who {duty}.",
)
NEEDS = (
    "You bring {essential}.",
    "We count on {essential}.",
    "What we need from you: {essential}.",
    "Required: {essential}.",
    "Earlier work or training has given you {essential}.",
    "Your everyday work calls for {essential}.",
)
OPTIONAL_PHRASES = (
    "It helps if you also know something of {optional}.",
    "Nice to have: {optional}.",
    "A plus: {optional}.",
    "You can learn {optional} with us, if it is new to you.",
    "Ideally you add {optional}.",
)
CLOSINGS = (
    "Training during working hours is part of the job.",
    "We look forward to a short application.",
    "You will be introduced to the work by an experienced colleague.",
    "Flexible hours can be agreed.",
    "People from other occupations are welcome to apply.",
    "Questions? Call us before you apply.",
    "The position is permanent.",
    "We pay by the collective agreement and help to find a flat.",
)


def posting_titles(
    rng: np.random.Generator, vocabulary: TownVocabulary, cluster: NDArray[np.int64]
) -> tuple[pl.Series, NDArray[np.float64]]:
    """Return the title of each posting and the pay factor of its rank, shape (postings,) each."""
    names = (vocabulary.clusters["label"] + "|" + vocabulary.clusters["altLabels"]).str.split("|").gather(cluster)
    pick = (rng.random(len(cluster)) ** 1.5 * names.list.len().to_numpy()).astype(np.int64)
    industries = vocabulary.clusters["industries"].str.split("|").to_list()
    ranked = np.array([bool(set(listed) & set(RANKED_INDUSTRIES)) for listed in industries])[cluster]
    rank = np.where(ranked, rng.choice(len(RANKS), len(cluster), p=[share for _, share, _ in RANKS]), 0)
    suffix = rng.choice(len(SUFFIXES), len(cluster), p=[share for _, share in SUFFIXES])
    frame = pl.DataFrame({"names": names, "pick": pick}).select(
        name=pl.col("names").list.get(pl.col("pick")),
        prefix=pl.Series([RANKS[number][0] for number in rank]),
        suffix=pl.Series([SUFFIXES[number][0] for number in suffix]),
    )
    title = frame.select(_capital(pl.col("prefix") + pl.col("name")) + pl.col("suffix")).to_series()
    return title, np.array([pay for _, _, pay in RANKS])[rank]


def posting_texts(
    rng: np.random.Generator,
    vocabulary: TownVocabulary,
    cluster: NDArray[np.int64],
    postings: pl.DataFrame,
    asked: pl.DataFrame,
) -> pl.Series:
    """Return the text of each posting.

    Args:
        postings: title, employer and region of each post.
        asked: `|`-joined terms of each post in the columns essential and optional.
    """
    plain_title = postings["title"].str.replace(r" \(.*\)$", "")
    frame = postings.select("employer", "region", title=plain_title).with_columns(
        a_title=_with_article(_small(plain_title)),
        duty=_small(vocabulary.clusters["definition"].gather(cluster).str.strip_chars_end(".")),
        essential=_join_words(asked["essential"]),
        optional=_join_words(asked["optional"]),
    )
    frame = frame.with_columns(A_title=_capital(pl.col("a_title")))
    parts = [_sentence(rng, frame, templates) for templates in (OPENINGS, DUTIES, NEEDS, OPTIONAL_PHRASES, CLOSINGS)]
    # Without optional skills the fourth sentence is null, and concat_str leaves it out.
    return pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)).to_series()


def _sentence(rng: np.random.Generator, frame: pl.DataFrame, templates: tuple[str, ...]) -> pl.Series:
    choice = pl.Series("choice", rng.integers(len(templates), size=frame.height))
    expression = pl.lit("")
    for number, template in enumerate(templates):
        filled = pl.format(re.sub(r"{\w+}", "{}", template), *re.findall(r"{(\w+)}", template))
        expression = pl.when(pl.col("choice") == number).then(filled).otherwise(expression)
    return frame.with_columns(choice).select(expression.alias(templates[0])).to_series()


def _join_words(joined: pl.Series) -> pl.Series:
    parts = pl.col("part")
    front = parts.list.head(parts.list.len() - 1).list.join(", ")
    spoken = pl.when(parts.list.len() > 1).then(front + " and " + parts.list.last()).otherwise(parts.list.last())
    return joined.replace("", None).str.split("|").to_frame("part").select(spoken).to_series()


def _with_article(names: pl.Series) -> pl.Series:
    distinct = {name: f"{article(name)} {name}" for name in names.unique().to_list()}
    return names.replace_strict(distinct, return_dtype=pl.String)


def article(name: str) -> str:
    """Return the English article before a job title.

    >>> article("HR officer"), article("user interface developer"), article("editor")
    ('an', 'a', 'an')
    """
    first = name.split()[0]
    if first.isupper() and len(first) > 1:
        return "an" if first[0] in "AEFHILMNORSX" else "a"
    return "an" if re.match(r"(?i)(?!use|uni)[aeiou]", name) else "a"


def _small(texts: pl.Series) -> pl.Series:
    # A leading capital stays where the word is an abbreviation, such as HR or BIM.
    first = texts.str.head(1).str.to_lowercase() + texts.str.tail(-1)
    return texts.zip_with(texts.str.contains(r"^\w?[A-Z]{2}|^Android"), first)


def _capital(text: pl.Expr) -> pl.Expr:
    return text.str.head(1).str.to_uppercase() + text.str.tail(-1)
