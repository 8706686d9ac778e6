"""Maps terms to skills: same preferred label, same alternative label, same key, then a close spelling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from skillpath.ontology.matching.disambiguation import winners
from skillpath.ontology.matching.fuzzy_matching import Closeness, Closest
from skillpath.ontology.matching.label_keys import label_forms
from skillpath.ontology.matching.labels import normalised

MATCHES = {
    "text": pl.String,
    "skill": pl.String,
    "score": pl.Float64,
    "method": pl.String,
    "runner_up": pl.String,
}


@dataclass(frozen=True)
class MatchSettings:
    """What counts as a match.

    Attributes:
        alternative_score: the score of an equal alternative label; an equal preferred label has 1.
        normalised_score: the score of an equal key.
        fuzzy: how close a spelling must be.
        longest: a text of more characters is no term, and means nothing.
    """

    alternative_score: float = 0.98
    normalised_score: float = 0.95
    fuzzy: Closeness = field(default_factory=Closeness)
    longest: int = 500


class Matcher:
    """Answers with a skill only where it is sure; a tie between two skills is left unmapped.

    Args:
        labels: code, label, altLabels (list of text); give only what may be matched, so no groups.
    """

    def __init__(self, labels: pl.DataFrame, settings: MatchSettings | None = None) -> None:
        self.settings = settings or MatchSettings()
        every = label_forms(labels).with_columns(plain=plain(pl.col("text")))
        forms = every.filter(~pl.col("ambiguous"))
        self._stages = [
            ("exact", 1.0, "plain", winners(every.filter(pl.col("rank") == 0), "plain")),
            ("alternative", self.settings.alternative_score, "plain", winners(forms, "plain")),
            ("normalised", self.settings.normalised_score, "key", winners(forms, "key")),
        ]
        self._closest = Closest(forms, self.settings.fuzzy)

    def match(self, terms: Sequence[str]) -> pl.DataFrame:
        """One row for each term, in order: text, skill, score (0..1), method, runner_up.

        ``skill`` and ``method`` are null where nothing is sure; ``score`` and ``runner_up`` then tell the
        best candidate, if there was one. Elsewhere ``runner_up`` is the next best skill.
        """
        asked = pl.DataFrame({"text": pl.Series(terms, dtype=pl.String)})
        distinct = asked.filter(pl.col("text").str.len_chars() <= self.settings.longest).unique().sort("text")
        keyed = distinct.with_columns(plain=plain(pl.col("text")), key=normalised(pl.col("text")))
        found = []
        for method, score, by, meant in self._stages:
            hit = keyed.join(meant, on=by, how="inner").with_columns(method=pl.lit(method), score=pl.lit(score))
            keyed = keyed.join(hit, on="text", how="anti")
            found.append(_shaped(hit))
        found.append(_shaped(self._closest.find(keyed.select("text", "key"))))
        return asked.join(pl.concat(found), on="text", how="left", maintain_order="left").select(
            "text", "skill", pl.col("score").fill_null(0.0), "method", "runner_up"
        )


def plain(column: pl.Expr) -> pl.Expr:
    """Case and white space aside, the text as it is."""
    return column.str.normalize("NFC").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()


def _shaped(hits: pl.DataFrame) -> pl.DataFrame:
    mapped = pl.col("skill").is_not_null()
    return hits.with_columns(method=pl.when(mapped).then("method")).select(list(MATCHES)).cast(MATCHES)  # type: ignore[arg-type]
