"""The text encoder on the real local model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skillpath.embeddings.text_encoder import LOCAL, TRAINED, TextEncoder, TextSettings, installed
from skillpath.errors import BadInput, Unavailable

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    assert installed(), "make test installs the train extra"
    return TextEncoder(TextSettings(model=LOCAL))


def test_unit_vectors_in_the_order_asked(encoder: TextEncoder) -> None:
    found = encoder.encode(["cooking", "databases", "cooking", ""])
    assert found.shape == (4, 384) and found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert np.array_equal(found[0], found[2])
    near = encoder.encode(["SQL queries"]) @ found.T
    assert near[0, 1] > near[0, 0]


def test_long_and_hostile_texts(encoder: TextEncoder) -> None:
    found = encoder.encode(["word " * 100_000, "\x00\x01", "💥" * 1_000])
    assert np.isfinite(found).all()


def test_vectors_are_kept_for_the_next_process(encoder: TextEncoder, tmp_path: Path) -> None:
    texts = [f"skill {i}" for i in range(1_000)]
    first = TextEncoder(TextSettings(model=LOCAL), cache=tmp_path)
    vectors = first.encode(texts)
    again = TextEncoder(TextSettings(model=LOCAL), cache=tmp_path)
    assert np.array_equal(again.encode(texts), vectors)
    assert again._model is None, "nothing was computed"
    other = TextEncoder(TextSettings(model=LOCAL, tokens=3), cache=tmp_path)
    other.encode(texts)
    assert len(list(tmp_path.glob("*.safetensors"))) == 2, "another setting, another cache"


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="skillpath train matcher"):
        TextEncoder(TextSettings(model=TRAINED), tmp_path)
    (tmp_path / "model").mkdir()
    with pytest.raises(BadInput, match="cannot be loaded"):
        TextEncoder(TextSettings(model=str(tmp_path / "model"))).encode(["x"])
