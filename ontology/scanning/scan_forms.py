"""Label forms that the text scanner searches, and how strictly each must agree with the text."""

from __future__ import annotations

import polars as pl

from skillpath.ontology.matching.chinese import misleading
from skillpath.ontology.matching.chinese_characters import HAN
from skillpath.ontology.matching.disambiguation import winners
from skillpath.ontology.matching.label_keys import QUALIFIER, label_forms
from skillpath.ontology.matching.stems import stemmed, verbs
from skillpath.ontology.matching.word_lists import BLOCKED, CASED, LIGHT, NOISE
from skillpath.ontology.scanning.tokens import PATTERN, WordSigns, word_key
from skillpath.ontology.scanning.variants import variants


def scan_forms(labels: pl.DataFrame, short: int) -> tuple[pl.DataFrame, WordSigns]:
    """The forms to look for, each with the one skill it means, and the vocabulary they are written in.

    Args:
        labels: code, label, altLabels; with a column kind, forms of kind "language" need company.
        short: one-word forms of up to this many letters must agree in case.

    Returns:
        signs (the form in the vocabulary), words (how many), code (null: a phrase to leave out), surface (the
        spelling a one-word form must have, else null), exact (its case too), plural (the text may not have
        the singular of the last word in front of another word), language (needs company).
    """
    forms = _worded(label_forms(labels).filter(~pl.col("ambiguous")))
    led = verbs(forms["key"])
    everyday = _everyday(forms)
    forms = variants(forms.filter(_allowed(everyday)), led)
    phrases = _phrases(forms["text"])
    vocabulary = WordSigns(pl.concat([forms["keys"].explode(), phrases["keys"].explode()]))
    signed = forms.with_columns(signs=vocabulary.sign(pl.col("keys")))
    best = winners(signed, "signs").drop_nulls("skill")
    first = signed.sort("rank", "text").unique(["signs", "code"], keep="first", maintain_order=True)
    found = best.join(first, left_on=["signs", "skill"], right_on=["signs", "code"], how="inner")
    blocked = phrases.select(signs=vocabulary.sign(pl.col("keys")), words=pl.col("keys").list.len())
    shown = found.join(blocked, on="signs", how="anti").select(*_rules(labels, short, led, everyday))
    conditions = pl.col("exact", "plural", "language").fill_null(False)
    return pl.concat([shown, blocked], how="diagonal").sort("signs").with_columns(conditions), vocabulary


def _rules(labels: pl.DataFrame, short: int, led: pl.Series, everyday: pl.Series) -> list[pl.Expr]:
    single = pl.col("keys").list.len() == 1
    key = pl.col("keys").list.join(" ")
    languages = labels.filter(pl.col("kind") == "language")["code"] if "kind" in labels.columns else pl.Series([""])
    language = single & pl.col("skill").is_in(languages.implode())
    common = key.is_in(everyday.implode()) | key.is_in(list(CASED)) | language
    proper = pl.col("text").str.contains(r"\p{Lu}")
    compound = pl.col("keys").list.first().str.ends_with("ing")
    verb = pl.col("stems").list.first().is_in(led.implode()) & ~compound
    return [
        pl.col("signs"),
        pl.col("keys").list.len().alias("words"),
        pl.col("skill").alias("code"),
        pl.when(single).then("text").alias("surface"),
        (single & ((pl.col("text").str.len_chars() <= short) | (proper & common))).alias("exact"),
        (verb & pl.col("text").str.contains(r"[^s]s$") & ~single).alias("plural"),
        language.alias("language"),
    ]


def _allowed(everyday: pl.Series) -> pl.Expr:
    """Forms of several specific words; of one word the preferred label, its inflections, initials and proper names."""
    single = ~pl.col("key").str.contains(" ")
    own = (pl.col("rank") == 0) | (pl.col("kinship") == 1)
    acronym = pl.col("text").str.contains(r"^[\p{Lu}\d]{2,4}s?$")
    initials = pl.col("own").str.split(" ").list.eval(pl.element().str.head(1)).list.join("")
    named = pl.col("text").str.contains(r"\p{Lu}") & (~acronym | (pl.col("key") == initials))
    named &= ~pl.col("key").is_in(everyday.implode())
    light = stemmed(pl.lit(" ".join(sorted(LIGHT))))
    specific_words = pl.col("stems").list.set_difference(light).list.len() > 1
    chinese = pl.col("key").str.contains(f"[{HAN}]")
    close = (pl.col("kinship") >= 0.5) & (pl.col("stems").list.len() > 1)
    several = ~single & (own | specific_words | close)
    letter = pl.col("key").str.len_chars() < 2
    return (several | chinese | (single & (own | named))) & ~letter & ~pl.col("key").is_in(list(NOISE))


def _everyday(forms: pl.DataFrame) -> pl.Series:
    """Words that labels use in lower case: as a name alone, "Harvest" is more often one of these."""
    words = forms["text"].str.split(" ").explode().unique()
    return words.filter(words.str.contains(r"^\p{Ll}+$")).to_frame("word").select(word_key(pl.col("word"))).to_series()


def _worded(forms: pl.DataFrame) -> pl.DataFrame:
    """``forms`` without qualifiers, with the keys of their words; punctuation inside rules a form out."""
    bare = forms.with_columns(text=pl.col("text").str.replace(QUALIFIER, "")).with_row_index("id")
    words = bare.select("id", word=pl.col("text").str.extract_all(PATTERN)).explode("word").drop_nulls()
    keys = words.with_columns(key=word_key(pl.col("word"))).group_by("id", maintain_order=True)
    listed = keys.agg(keys=pl.col("key"), broken=(pl.col("key") == "").any())
    return bare.join(listed.filter(~pl.col("broken")).drop("broken"), on="id", how="inner").drop("id")


def _phrases(texts: pl.Series) -> pl.DataFrame:
    """What is left out of a text; what a vocabulary itself calls by such a phrase is not."""
    phrases = pl.DataFrame({"phrase": sorted(BLOCKED.union(misleading().difference(texts)))})
    return phrases.select(keys=pl.col("phrase").str.extract_all(PATTERN))
