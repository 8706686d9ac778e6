"""The fast encoder on the real local model: like the slow one, the same again, and resumable."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skillpath.embeddings.encoding import posting_encoder
from skillpath.embeddings.encoding.posting_encoder import (
    ONNX,
    TORCH,
    PostingEncoder,
    PostingTextSettings,
    encode_postings,
)
from skillpath.embeddings.encoding.quantised import QUANTISED, available, quantise_model
from skillpath.embeddings.text_encoder import LOCAL, TRAINED, TextEncoder, TextSettings, locate
from skillpath.errors import BadInput, Unavailable

pytestmark = [pytest.mark.train, pytest.mark.long]

TEXTS = [
    "We look for a carpenter who builds roofs and reads drawings. Flexible hours can be agreed.",
    "The nurse cares for patients on the night shift. Flexible hours can be agreed.",
    "Our team of five writes services in Python and Go. You know SQL, Docker and how to test!",
    "Teach mathematics to children of ten to fourteen years.\nApply before the end of May.",
    "",
    "Data engineer (remote): pipelines, warehouses, dashboards and a good deal of patience with other people's tables.",
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert available(), "make test installs the train extra"
    folder = tmp_path_factory.mktemp("cache")
    quantise_model(locate(LOCAL, None)[0], folder)
    return folder


def test_like_the_model_it_was_made_from(cache: Path) -> None:
    vectors = encode_postings(TEXTS, PostingTextSettings(), cache)
    assert vectors.shape == (6, 384) and vectors.dtype == np.float32
    filled = [i for i, text in enumerate(TEXTS) if text]
    assert np.allclose(np.linalg.norm(vectors[filled], axis=1), 1, atol=1e-5)
    assert not vectors[4].any(), "an empty text is no direction"
    exact = encode_postings(TEXTS, PostingTextSettings(backend=TORCH, device="cpu"), cache)
    assert (vectors * exact).sum(axis=1)[filled].mean() >= 0.985
    whole = TextEncoder(TextSettings(model=LOCAL, tokens=256)).encode(TEXTS)
    assert (vectors * whole).sum(axis=1)[filled].min() >= 0.8, "the mean of sentences is near the whole text"
    one = ["Flexible hours can be agreed."]
    assert (
        float(
            encode_postings(one, PostingTextSettings(), cache)[0]
            @ TextEncoder(TextSettings(model=LOCAL)).encode(one)[0]
        )
        >= 0.97
    )


def test_a_vector_depends_on_its_text_alone(cache: Path, tmp_path: Path) -> None:
    alone = [
        PostingEncoder(PostingTextSettings(threads=1), _fresh(cache, tmp_path / str(i))).encode([TEXTS[i]])
        for i in (0, 5)
    ]
    together = PostingEncoder(PostingTextSettings(threads=2), _fresh(cache, tmp_path / "all")).encode(TEXTS[::-1])
    assert np.array_equal(np.concatenate(alone), together[[5, 0]])


def test_an_interrupted_run_goes_on_where_it_was(cache: Path, tmp_path: Path) -> None:
    folder = _fresh(cache, tmp_path / "cut")
    settings = PostingTextSettings(step=4)

    def interrupt(done: int, total: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode_postings(TEXTS, settings, folder, interrupt)
    ticks: list[tuple[int, int]] = []
    resumed = encode_postings(TEXTS, settings, folder, lambda done, total: ticks.append((done, total)))
    assert ticks == [(4, 8), (8, 8)]
    assert np.array_equal(resumed, encode_postings(TEXTS, PostingTextSettings(), cache))
    again = PostingEncoder(settings, folder)
    assert np.array_equal(again.encode(TEXTS), resumed) and again._model is None, "nothing was computed"
    grown: list[tuple[int, int]] = []
    again.encode([*TEXTS, "One more sentence."], lambda done, total: grown.append((done, total)))
    assert grown == [(8, 9), (9, 9)]


def test_empty_and_hostile_texts(cache: Path) -> None:
    assert encode_postings([], PostingTextSettings(), cache).shape == (0, 384)
    assert encode_postings(["", "  \n"], PostingTextSettings(), cache).shape == (2, 384)
    found = encode_postings(["word " * 10_000, "x" * 100_000, "\x00\x01", "💥" * 1_000], PostingTextSettings(), cache)
    assert np.isfinite(found).all()


def test_backends(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert PostingEncoder(PostingTextSettings(), cache).backend == ONNX
    monkeypatch.setattr(posting_encoder, "available", lambda: False)
    slow = PostingEncoder(PostingTextSettings(), cache)
    assert slow.backend == TORCH and slow.encode(TEXTS[:1]).shape == (1, 384)
    with pytest.raises(BadInput, match="Use onnx or torch"):
        PostingEncoder(PostingTextSettings(backend="fast"), cache)
    with pytest.raises(Unavailable, match="skillpath train matcher"):
        PostingEncoder(PostingTextSettings(model=TRAINED), cache, cache)


def test_a_failed_build_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    with pytest.raises(BadInput, match="cannot be loaded"):
        quantise_model(str(tmp_path / "model"), tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["onnx.lock"]


def _fresh(cache: Path, folder: Path) -> Path:
    """A cache with the quantised model and no vectors."""
    folder.mkdir()
    for made in cache.glob("onnx-*"):
        (folder / made.name).symlink_to(made, target_is_directory=True)
        assert (folder / made.name / QUANTISED).is_file()
    return folder
