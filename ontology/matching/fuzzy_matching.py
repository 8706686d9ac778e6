"""Fuzzy matching of terms to labels: word order, inflection, compounds, misspellings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from skillpath.ontology.matching.disambiguation import winners
from skillpath.ontology.matching.stems import core, stemmed, turned, verbs
from skillpath.ontology.matching.word_lists import OWN_PLURALS


@dataclass(frozen=True)
class Closeness:
    """How close is close enough.

    Attributes:
        word_similarity: least similarity (0..1, optimal string alignment) of a misspelt word to a known one.
        word_letters: shorter words are never taken for misspelt.
        stem_letters: shorter stems say too little to match on alone.
        kinship: least share of words that an alternative label has in common with its preferred label.
        score: the score of the same words in another form; a misspelt word lowers it by its dissimilarity.
        workers: threads for the comparisons, -1 for all.
    """

    word_similarity: float = 0.85
    word_letters: int = 6
    stem_letters: int = 5
    kinship: float = 0.6
    score: float = 0.9
    workers: int = -1


class Closest:
    """Finds the skill whose key has the same stems as a term's key.

    Args:
        forms: text, key, stems, own, code, rank (0 preferred, 1 alternative), kinship to the skill's preferred label.
    """

    def __init__(self, forms: pl.DataFrame, settings: Closeness) -> None:
        self.settings = settings
        kin = forms.filter((pl.col("kinship") >= settings.kinship) & ~pl.col("own").is_in(list(OWN_PLURALS)))
        stemmed_forms = _orders(kin, verbs(forms["key"]))
        self._by_stem = winners(stemmed_forms.filter(pl.col("stem").str.len_chars() >= settings.stem_letters), "stem")
        written = kin.filter(pl.col("key").str.contains(" ")).with_columns(joined=_joined(pl.col("key")))
        self._by_joined = winners(written, "joined")
        self._by_key = winners(kin, "key")
        # A label that begins with a capital is a proper name: nobody develops "leadership" in the way of "Java".
        proper = forms.filter((pl.col("rank") == 0) & pl.col("text").str.contains(r"^\p{Lu}"))
        self._by_name = winners(proper.with_columns(named="key"), "named")
        words = forms["key"].str.split(" ").explode().value_counts()
        self._known = words["key"].sort()
        long = words.filter((pl.col("key").str.len_chars() >= settings.word_letters) & (pl.col("count") > 1))
        self._targets = long["key"].sort().to_list()

    def find(self, terms: pl.DataFrame) -> pl.DataFrame:
        """``terms`` (text, key) as text, skill, score, method, runner_up; skill is null where nothing is close."""
        asked = self._mended(terms).with_columns(
            joined=_joined(pl.col("key")),
            stem=_sentence(pl.col("key")),
            turned=_sentence(turned(pl.col("key"))),
            named=pl.col("key").str.extract(r"^(.+) (?:development|coding|scripting)$"),
        )
        for found, left in self._indexes():
            by = found.rename({"skill": f"skill_{left}", "runner_up": f"runner_up_{left}"})
            asked = asked.join(by, left_on=left, right_on=by.columns[0], how="left", maintain_order="left")
        first = [
            pl.coalesce([f"{column}_{left}" for _, left in self._indexes()]).alias(column)
            for column in ("skill", "runner_up")
        ]
        known = pl.coalesce("skill", "runner_up").is_not_null()
        score = pl.when(known).then(pl.col("similarity") * self.settings.score).otherwise(0.0)
        return asked.with_columns(first).select("text", "skill", "runner_up", score=score, method=pl.lit("fuzzy"))

    def _indexes(self) -> list[tuple[pl.DataFrame, str]]:
        """What is looked up by which form of a term, the surest first."""
        stem = self._by_stem
        return [
            (self._by_key, "key"),
            (self._by_joined, "joined"),
            (stem, "stem"),
            (stem, "turned"),
            (self._by_name, "named"),
        ]

    def _mended(self, terms: pl.DataFrame) -> pl.DataFrame:
        """Keys with unknown long words replaced by the one known word they are closest to, and how close."""
        words = terms.with_columns(word=core(pl.col("key")).str.split(" ")).explode("word")
        mends = self._mends(words["word"])
        fixed = words.join(mends, on="word", how="left", maintain_order="left")
        return fixed.group_by("text", maintain_order=True).agg(
            key=pl.coalesce("target", "word").str.join(" "),
            similarity=pl.col("similarity").fill_null(1.0).min(),
        )

    def _mends(self, words: pl.Series) -> pl.DataFrame:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        distinct = words.unique().sort()
        long = distinct.filter(distinct.str.len_chars() >= self.settings.word_letters)
        unknown = long.filter(~long.is_in(self._known.implode())).to_list()
        schema = {"word": pl.String, "target": pl.String, "similarity": pl.Float64}
        found = []
        for start in range(0, len(unknown) if self._targets else 0, 512):
            part = unknown[start : start + 512]
            scores = process.cdist(
                part,
                self._targets,
                scorer=OSA.normalized_similarity,
                score_cutoff=self.settings.word_similarity,
                dtype=np.float32,
                workers=self.settings.workers,
            )
            found += _single_best(part, self._targets, np.asarray(scores))
        return pl.DataFrame(found, schema=schema, orient="row")


def _single_best(words: list[str], targets: list[str], scores: np.ndarray) -> list[tuple[str, str, float]]:
    """The best target of each word, if there is one, alone at the top and with the same first and last letter."""
    top, at = scores.max(axis=1), scores.argmax(axis=1)
    alone = (scores == top[:, None]).sum(axis=1) == 1
    return [
        (words[i], targets[at[i]], float(top[i]))
        for i in np.flatnonzero((top > 0) & alone)
        if words[i][0] == targets[at[i]][0] and words[i][-1] == targets[at[i]][-1]
    ]


def _joined(key: pl.Expr) -> pl.Expr:
    return key.str.replace_all(" ", "")


def _sentence(key: pl.Expr) -> pl.Expr:
    return stemmed(key).list.join(" ")


def _orders(forms: pl.DataFrame, verbs: pl.Series) -> pl.DataFrame:
    """``forms`` with a column ``stem`` for each order: as written, verb last, and "A of B" as "B A"."""
    stems = pl.col("stems")
    led = forms.filter(stems.list.first().is_in(verbs.implode()))
    last = pl.concat_list(stems.list.slice(1), stems.list.head(1))
    of = forms.with_columns(stem=_sentence(turned(pl.col("key")))).drop_nulls("stem")
    return pl.concat([forms.with_columns(stem=stems.list.join(" ")), led.with_columns(stem=last.list.join(" ")), of])
