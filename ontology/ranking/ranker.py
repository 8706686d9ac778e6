"""The staged skill ranking: lexical matches, character n-grams, encoder; fused and calibrated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.ontology.matching.labels import normalised
from skillpath.ontology.matching.matching import Matcher
from skillpath.ontology.matching.stems import normalise_words
from skillpath.ontology.matching.word_lists import OWN_PLURALS
from skillpath.ontology.ranking.match_calibration import Calibration, bands, features
from skillpath.ontology.ranking.ranking_labels import Labels, best_by_owner
from skillpath.ontology.ranking.semantic import Encoder, SemanticIndex, SemanticSettings
from skillpath.ontology.ranking.sparse_text import NgramSettings, TfIdf

Array = NDArray[np.float32]
BLOCK = 256
"""Terms ranked at a time, which bounds the memory for scores."""
RANKING = {
    "query": pl.Int64,
    "rank": pl.Int64,
    "skill": pl.String,
    "score": pl.Float64,
    "probability": pl.Float64,
    "band": pl.String,
    "method": pl.String,
}


@dataclass(frozen=True)
class SkillRankSettings:
    """How the stages are fused; each stage's scores are standardised over the skills first.

    Attributes:
        sure: added (in standard deviations) for what the lexical stages are sure of.
        spelling: weight of character n-grams; ``vector`` and ``nearest`` those of the encoder's two scores.
        sentence, window: weights of a whole sentence and of its best window; ``words`` that of its n-grams.
        longest: characters of a text that are looked at, the first ones.
        ngrams, semantic: of the stages.
    """

    sure: float = 12.0
    spelling: float = 0.3
    vector: float = 1.0
    nearest: float = 1.0
    sentence: float = 1.0
    window: float = 1.0
    words: float = 0.3
    longest: int = 5_000
    ngrams: NgramSettings = field(default_factory=NgramSettings)
    semantic: SemanticSettings = field(default_factory=SemanticSettings)


class Ranker:
    """Ranks all skills for each text.

    Args:
        labels: code, label, altLabels of what may be meant.
        encoder: for the semantic stage; without one only spelling counts.
        calibration: turns scores into probabilities.
        matcher: the lexical stages, if they were built already.
    """

    def __init__(
        self,
        labels: pl.DataFrame,
        encoder: Encoder | None = None,
        calibration: Calibration | None = None,
        settings: SkillRankSettings | None = None,
        matcher: Matcher | None = None,
    ) -> None:
        self.settings = settings or SkillRankSettings()
        self.labels = Labels.of(labels)
        self.matcher = matcher or Matcher(labels)
        texts, self._owners = self.labels.every()
        self._ngrams = TfIdf(texts, self.settings.ngrams)
        self.semantic = SemanticIndex(self.labels, encoder, self.settings.semantic) if encoder else None
        self.calibration = calibration or Calibration.default(encoder.name if encoder else "")
        self._at = {code: i for i, code in enumerate(self.labels.codes)}
        self._words = _words(self.labels)

    def terms(self, texts: Sequence[str], first: int = 5) -> pl.DataFrame:
        """The ``first`` skills for each term, best first, in the columns of `RANKING`.

        The probability and the band are those of the first one being right; further ones are candidates and have
        the probability that their own score would give.
        """
        parts = [pl.DataFrame(schema=RANKING)]
        for start in range(0, len(texts), BLOCK):
            parts.append(self._terms(texts[start : start + BLOCK], first, start))
        return pl.concat(parts)

    def term_scores(self, texts: Sequence[str]) -> Array:
        """Fused scores (n, K) of terms."""
        return self._stages(texts)[0]

    def sentence_scores(self, texts: Sequence[str]) -> Array:
        """Fused scores (n, K) of sentences, which may name several skills."""
        chosen, texts = self.settings, self._cut(texts)
        scores = chosen.words * standard(self._spelled(texts))
        if self.semantic:
            whole, best = self.semantic.sentences(texts)
            scores = scores + chosen.sentence * standard(whole) + chosen.window * standard(best)
        return np.asarray(scores, dtype=np.float32)

    def first(self, texts: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Features (n, F) of the first skill of each term, and its position (n) among the sorted codes."""
        parts = [self._shown(texts[i : i + BLOCK], 1) for i in range(0, len(texts), BLOCK)]
        return np.concatenate([p[0][:, 0] for p in parts]), np.concatenate([p[1][:, 0] for p in parts])

    def _shown(
        self, texts: Sequence[str], first: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], Array, pl.DataFrame]:
        """Features (n, k, F), positions (n, k) and scores (n, k) of the best skills, and the sure matches."""
        scores, spelled, nearest, sure = self._stages(texts)
        top = best_first(scores, first + 1)
        of = np.take_along_axis
        best = of(scores, top, 1), of(spelled, top, 1), of(nearest, top, 1)
        shown = features(*best, self._picked(top, sure), self._named(sure))
        chosen = top[:, :first]
        return shown[:, :first], chosen, of(scores, chosen, 1), sure

    def _stages(self, texts: Sequence[str]) -> tuple[Array, Array, Array, pl.DataFrame]:
        """Fused scores, spelling scores, nearest-label scores, and what the lexical stages are sure of."""
        chosen, sure = self.settings, self.matcher.match(list(texts))
        texts = self._cut(texts)
        spelled = self._spelled(texts)
        scores, nearest = chosen.spelling * standard(spelled), spelled
        if self.semantic:
            vector, nearest = self.semantic.terms(texts)
            scores = scores + chosen.vector * standard(vector) + chosen.nearest * standard(nearest)
        known = [(row, self._at[skill]) for row, skill in enumerate(sure["skill"]) if skill is not None]
        for row, at in known:
            scores[row, at] += chosen.sure
        return np.asarray(scores, dtype=np.float32), spelled, nearest, sure

    def _terms(self, texts: Sequence[str], first: int, start: int) -> pl.DataFrame:
        shown, chosen, scores, sure = self._shown(texts, first)
        probability = self.calibration.probability(shown)
        methods = np.where(self._picked(chosen, sure), sure["method"].fill_null("").to_numpy()[:, None], self._method())
        shape = chosen.shape
        return pl.DataFrame(
            {
                "query": np.repeat(np.arange(shape[0]) + start, shape[1]),
                "rank": np.tile(np.arange(1, shape[1] + 1), shape[0]),
                "skill": [self.labels.codes[i] for i in chosen.ravel()],
                "score": scores.ravel(),
                "probability": probability.ravel(),
                "band": bands(probability, self._picked(chosen, sure), self.calibration).ravel(),
                "method": methods.ravel(),
            }
        ).cast(RANKING)  # type: ignore[arg-type]

    def _picked(self, top: NDArray[np.int64], sure: pl.DataFrame) -> NDArray[np.bool_]:
        at = np.array([self._at[s] if s is not None else -1 for s in sure["skill"]])
        return np.asarray(top == at[:, None])

    def _named(self, sure: pl.DataFrame) -> NDArray[np.bool_]:
        """What has the words of the preferred label; an alternative label may be anything."""
        terms = sure.select("skill", "method", words=normalise_words(pl.col("text").fill_null(""))).iter_rows()
        own = [how == "exact" or (words != "" and self._words.get(skill) == words) for skill, how, words in terms]
        return np.array(own, dtype=bool)

    def _method(self) -> str:
        return "embedding" if self.semantic else "ngrams"

    def _cut(self, texts: Sequence[str]) -> list[str]:
        return [text[: self.settings.longest] for text in texts]

    def _spelled(self, texts: Sequence[str]) -> Array:
        return best_by_owner(
            np.asarray(self._ngrams.similarities(texts).toarray(), dtype=np.float32),
            self._owners,
            len(self.labels.codes),
        )


def _words(labels: Labels) -> dict[str, str]:
    """What each preferred label says, but for those whose plural is another thing."""
    names = pl.DataFrame(
        {"code": labels.codes, "label": labels.preferred}, schema={"code": pl.String, "label": pl.String}
    )
    own = names.filter(~normalised(pl.col("label")).is_in(list(OWN_PLURALS)))
    return dict(own.select("code", normalise_words(pl.col("label"))).iter_rows())


def standard(scores: Array) -> Array:
    """Each row with mean 0 and standard deviation 1; a flat row is 0."""
    spread = scores.std(axis=1, keepdims=True)
    return np.asarray((scores - scores.mean(axis=1, keepdims=True)) / np.maximum(spread, 1e-6), dtype=np.float32)


def best_first(scores: Array, first: int) -> NDArray[np.int64]:
    """Columns of the ``first`` highest scores of each row, equal ones in the order of the columns."""
    first = min(first, scores.shape[1])
    # Rounding makes ties of what differs only by the order of summation.
    return np.asarray(np.argsort(-np.round(scores, 5), axis=1, kind="stable")[:, :first])
