"""Word stems of label keys, and their equivalent word orders.

Written by hand instead of Snowball: only endings that leave a skill's meaning are taken, words that would lose it stay
whole, and all runs as polars expressions without a call for each word.
"""

from __future__ import annotations

import polars as pl

from skillpath.ontology.matching.labels import normalised
from skillpath.ontology.matching.word_lists import FILLERS, VERBS, WHOLE

_ENDINGS = r" (?:skill|knowledge|basic|fundamental|programming|programming language|language)$"
_BEGINNINGS = r"^(?:basic|basic of|fundamental of|introduction to|knowledge of) "


def stemmed(key: pl.Expr) -> pl.Expr:
    """The stems of a key's words in their order, without filler words, as a list.

    >>> pl.select(stemmed(pl.lit("managing the risk of project"))).item().to_list()
    ['manag', 'risk', 'project']
    """
    return key.str.split(" ").list.eval(_stem(pl.element()).filter(~pl.element().is_in(list(FILLERS))))


def core(key: pl.Expr) -> pl.Expr:
    """A term's key without what people write around the name of a skill.

    >>> pl.select(core(pl.lit("communication skill"))).item()
    'communication'
    """
    return key.str.replace(_ENDINGS, "").str.replace(_BEGINNINGS, "")


def normalise_words(text: pl.Expr) -> pl.Expr:
    """Normalise the words of a text to stems, so that inflected forms are equal.

    >>> pl.select(normalise_words(pl.Series(["leading a team", "Lead teams", "Java (code)"]))).to_series().to_list()
    ['lead team', 'lead team', 'java']
    """
    return stemmed(core(normalised(text))).list.join(" ")


def turned(key: pl.Expr) -> pl.Expr:
    """A key "A of B" as "B A"; null for others.

    >>> pl.select(turned(pl.lit("analysis of the market"))).item()
    'the market analysis'
    """
    return key.str.extract(r" of (.+)$") + " " + key.str.extract(r"^(.+?) of ")


def verbs(keys: pl.Series) -> pl.Series:
    """The stems of common verbs and of the words that also appear with "ing" among ``keys``."""
    words = keys.str.split(" ").explode().unique()
    inflected = pl.concat([words.filter(words.str.ends_with("ing")), pl.Series(sorted(VERBS))]).to_frame("word")
    return inflected.select(_bare(pl.col("word"))).to_series().unique().sort()


def _stem(word: pl.Expr) -> pl.Expr:
    return pl.when(word.is_in(list(WHOLE))).then(word).otherwise(_bare(word))


def _bare(word: pl.Expr) -> pl.Expr:
    bare = word.str.replace(r"^([a-z]{3,})(?:ing|ed|ment)$", "${1}")
    for letter in "bdgmnprt":
        bare = bare.str.replace(f"^([a-z]+{letter}){letter}$", "${1}")
    return bare.str.replace(r"^([a-z]{3,})e$", "${1}")
