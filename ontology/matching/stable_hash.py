"""A hash of texts that is the same in every version, process and machine: for ties, halves and buckets."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import polars as pl
from numpy.typing import NDArray

_BYTES = 8


def stable_hash(texts: pl.Series, seed: int = 0) -> NDArray[np.uint64]:
    """BLAKE2b of each text's UTF-8, salted with ``seed``, as unsigned 64-bit numbers (N,).

    polars' own hash may be another one in its next version or on another processor. Whatever decides a result goes
    through here, a microsecond a text; what only tells whether something changed may use the other, which is eighty
    times as fast: where that becomes another one it costs time.

    Args:
        texts: no nulls.

    Raises:
        AttributeError: a text is null.
    """
    salted = blake2b(digest_size=_BYTES, salt=seed.to_bytes(_BYTES, "little"))
    digests = []
    for text in texts.to_list():
        one = salted.copy()
        one.update(text.encode())
        digests.append(one.digest())
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)
