"""Texts are split into sentences and put together again."""

from __future__ import annotations

import numpy as np

from skillpath.embeddings.encoding.sentences import SplitSettings, split


def test_sentences_are_shared_and_no_text_is_lost() -> None:
    texts = ["We hire. Use SQL!  Apply?", "", "Use SQL!\nWe hire.\n\n", "一句。两句！", "C++ 3.5 and v1.2"]
    found = split(texts)
    assert found.distinct == ["We hire.", "Use SQL!", "Apply?", "一句。", "两句！", "C++ 3.5 and v1.2"]
    dense = found.weights.toarray()
    assert dense[0].tolist() == [8, 8, 6, 0, 0, 0] and dense[2].tolist() == [8, 8, 0, 0, 0, 0]
    assert not dense[1].any()


def test_long_sentences_are_cut_between_words_and_long_texts_at_their_limit() -> None:
    words = " ".join(f"word{i}" for i in range(1_000))
    found = split([words], SplitSettings(characters=1_000, piece=100))
    assert " ".join(found.distinct) == words[:1_000].strip()
    assert max(map(len, found.distinct)) < 110
    assert split(["x" * 5_000]).weights.sum() == 4_000, "one word without a space stays whole"


def test_a_text_is_the_mean_of_its_sentences_by_length() -> None:
    found = split(["aaa. b.", "b.", "b. b.", ""])
    vectors = np.array([[1, 0], [0, 1]], dtype=np.float32)
    pool_vectors = found.pool_vectors(vectors)
    assert np.allclose(pool_vectors[0], np.array([4, 2]) / np.sqrt(20))
    assert pool_vectors[1].tolist() == pool_vectors[2].tolist() == [0, 1] and pool_vectors[3].tolist() == [0, 0]


def test_other_texts_change_nothing_of_a_text() -> None:
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(40)]
    texts = [". ".join(rng.choice(words, 12)) for _ in range(50)]
    whole, half = split([*reversed(texts), *texts]), split(texts)
    made = dict(zip(whole.distinct, rng.normal(size=(len(whole.distinct), 8)).astype(np.float32), strict=True))
    both = [s.pool_vectors(np.stack([made[sentence] for sentence in s.distinct])) for s in (whole, half)]
    assert np.array_equal(both[0][50:], both[1]), "to the last bit"
