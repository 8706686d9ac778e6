"""Equivalent forms of a label: verb and noun order, gerunds, compounds."""

from __future__ import annotations

import polars as pl

from skillpath.ontology.matching.stems import stemmed

# The noun for a verb, where it is not the verb with "ing".
_NOUNS = {"manage": "management", "develop": "development", "assess": "assessment", "recruit": "recruitment"}
_LONGEST = 4


def variants(forms: pl.DataFrame, verbs: pl.Series) -> pl.DataFrame:
    """``forms`` (keys, stems, rank, text, ...) and their variants, which come after all labels in rank.

    Args:
        forms: one row for each form; keys is the list of its words' keys.
        verbs: the stems of verbs.
    """
    first_stem = pl.col("stems").list.first()
    led = forms.filter(first_stem.is_in(verbs.implode()) & _words().is_between(2, _LONGEST))
    # A noun that looks like a verb ("face products" for cosmetics) is told by its preferred label.
    own_stem = stemmed(pl.col("own")).list.first()
    doing = led.filter(own_stem.is_in(verbs.implode())).with_columns(
        keys=pl.concat_list(gerund(_first()), pl.col("keys").list.slice(1))
    )
    preferred = led.filter(pl.col("rank") == 0)
    noun = _first().replace(_NOUNS)
    named = pl.when(noun == _first()).then(gerund(_first())).otherwise(noun)
    last = preferred.with_columns(keys=pl.concat_list(_object(), named)).filter(_words() > 1)
    hyphened = forms.filter(pl.col("text").str.contains(r"\w-\w"))
    joined = hyphened.with_columns(text=pl.col("text").str.replace_all(r"(\w)-(\w)", "${1}${2}"))
    joined = joined.with_columns(keys=pl.col("text").str.to_lowercase().str.split(" "))
    made = pl.concat([joined, doing, last]).with_columns(rank=pl.lit(2, pl.UInt8))
    return pl.concat([forms, made])


def gerund(verb: pl.Expr) -> pl.Expr:
    """The verb with "ing".

    >>> pl.select(gerund(pl.Series(["manage", "plan", "test", "agree"]))).to_series().to_list()
    ['managing', 'planning', 'testing', 'agreeing']
    """
    doubled = verb.str.replace(r"^([^aeiou]*[aeiou])([bdgmnprt])$", "${1}${2}${2}")
    return doubled.str.replace(r"([^aeioy])e$", "${1}").str.replace(r"ie$", "y") + "ing"


def _words() -> pl.Expr:
    return pl.col("keys").list.len()


def _first() -> pl.Expr:
    return pl.col("keys").list.first()


def _object() -> pl.Expr:
    """What the verb is about: the words after it, without a leading article."""
    rest = pl.col("keys").list.slice(1)
    return pl.when(rest.list.first().is_in(["a", "an", "the"])).then(rest.list.slice(1)).otherwise(rest)
