"""The matching methods compared: four baselines and our ranking with and without its encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skillpath.ontology.ranking.ranker import Ranker
from skillpath.ontology.ranking.semantic import Encoder
from skillpath.ontology.ranking.sparse_text import NgramSettings, TfIdf, bm25

Scores = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True)
class ScoringMethod:
    """A way to score all skills for sentences and for spans."""

    name: str
    sentences: Scores
    spans: Scores


def baselines(labels: list[str], encoder: Encoder | None) -> list[ScoringMethod]:
    """TF-IDF over characters 3–5, BM25, edit distance and, with an encoder, its zero-shot cosine; on labels alone."""
    ngrams = TfIdf(labels, NgramSettings())
    found = [
        _same("TF-IDF char 3-5", lambda texts: np.asarray(ngrams.similarities(texts).toarray(), dtype=np.float32)),
        _same("BM25", lambda texts: bm25(labels, texts)),
        _same("edit distance", lambda texts: _similar(texts, labels)),
    ]
    if encoder:
        vectors = encoder.encode(labels)
        found.append(_same("MiniLM zero-shot", lambda texts: np.asarray(encoder.encode(texts) @ vectors.T)))
    return found


def ours(ranker: Ranker, name: str) -> ScoringMethod:
    """Our ranking."""
    return ScoringMethod(name, ranker.sentence_scores, ranker.term_scores)


def _same(name: str, scores: Scores) -> ScoringMethod:
    return ScoringMethod(name, scores, scores)


def _similar(texts: Sequence[str], labels: list[str]) -> NDArray[np.float32]:
    """Normalised edit similarity (Levenshtein), 0..1."""
    from rapidfuzz import process, utils
    from rapidfuzz.distance import Levenshtein

    found = process.cdist(
        list(texts),
        labels,
        scorer=Levenshtein.normalized_similarity,
        processor=utils.default_process,
        dtype=np.float32,
        workers=-1,
    )
    return np.asarray(found, dtype=np.float32)
