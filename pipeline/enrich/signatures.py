"""MinHash signatures of postings, stable so that the graph can keep them.

MinHash with locality-sensitive bands, written by hand from code points: a library's hash may change with its version,
and signatures of yesterday must match those of today.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

LANES, BANDS = 8, 16
"""Lanes (of one byte) in a band, and bands in a signature: a 64-bit number holds one band."""
CONTENT, TITLE = 0, 1
"""Places of the two hashes before the bands: of title and text, and of what the title says."""
FILLERS = (
    r"\b(?:urgent(?:ly)?|asap|now|hiring|we are|were|new|wanted|needed|immediate(?:ly)?|start(?:ing)?|join us|apply|"
    r"repost(?:ed)?|re posted|again|m w d|w m d|m f d|f m d|m f x|m w x|all genders)\b|急聘|急招|诚聘|高薪|招聘|直招|急"
)
"""What a title gets or loses when an ad is published again, though it says the same."""
_SPACE, _LINE = 32, 10
_FOLD = r"[^\p{L}\p{M}\p{N}+#]+"
_HAN = ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0x20000, 0x323AF))
"""Scripts without spaces, where each character is a token."""
_ODD = np.uint64(0x9E3779B97F4A7C15)
_STEPS = tuple(np.uint64(step) for step in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93))


@dataclass(frozen=True)
class SignatureSettings:
    """What of a posting is compared.

    Attributes:
        shingle: tokens that make one feature.
        fewest: tokens below which an ad says too little to be like another; it can only be the same.
        alone: tokens below which an ad of an unknown employer says too little even for that.
        block: ads hashed at a time.
    """

    shingle: int = 3
    fewest: int = 12
    alone: int = 40
    block: int = 4_000


@dataclass(frozen=True)
class _Tokens:
    """Token hashes of some rows one after the other, and where each row begins: shapes (tokens,), (rows + 1,)."""

    hashes: Hashes
    starts: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.int64]:
        return np.diff(self.starts)


def signatures(postings: pl.DataFrame, settings: SignatureSettings | None = None) -> pl.Series:
    """Signature of each posting (title, text, employer), shape (n,), each a list of 64-bit numbers.

    It holds the hash of the content, that of the title, and `BANDS` bands of `LANES` least hashes; an ad that says
    little has no bands, one that says next to nothing has an empty signature.
    """
    settings = settings or SignatureSettings()
    blocks = [_block(part, settings) for part in postings.iter_slices(settings.block)]
    return pl.concat(blocks) if blocks else pl.Series("signature", [], dtype=pl.List(pl.Int64))


def _block(postings: pl.DataFrame, settings: SignatureSettings) -> pl.Series:
    titles = _tokens(_folded(postings["title"]).str.replace_all(FILLERS, " "))
    whole = _tokens(
        _folded(postings.select(pl.concat_str("title", "text", separator=" ", ignore_nulls=True)).to_series())
    )
    bands = _bands(whole, settings)
    values = np.column_stack([_content(whole).view(np.int64), _content(titles).view(np.int64), bands.view(np.int64)])
    named = postings["employer"].is_not_null().to_numpy()
    length = np.where(whole.counts >= settings.fewest, 2 + BANDS, 2)
    length[(whole.counts == 0) | (~named & (whole.counts < settings.alone))] = 0
    full = pl.DataFrame({"signature": pl.Series(values).cast(pl.List(pl.Int64)), "length": length})
    return full.select(pl.col("signature").list.head(pl.col("length"))).to_series()


def _folded(text: pl.Series) -> pl.Series:
    """Small letters, figures and single spaces."""
    return text.fill_null("").str.to_lowercase().str.replace_all(_FOLD, " ")


def _tokens(merge_small_groups: pl.Series) -> _Tokens:
    """Words, and single characters of scripts without spaces."""
    points = np.frombuffer(("\n".join(merge_small_groups) + "\n").encode("utf-32-le"), dtype=np.uint32)
    gap = (points == _SPACE) | (points == _LINE)
    single = np.zeros(len(points), dtype=bool)
    for first, last in _HAN:
        single |= (points >= first) & (points <= last)
    first = ~gap
    first[1:] &= gap[:-1] | single[1:] | single[:-1]
    begins = np.flatnonzero(first)
    ends = np.flatnonzero(points == _LINE)
    starts = np.concatenate([[0], np.searchsorted(begins, ends)])
    if not len(begins):
        return _Tokens(np.zeros(0, np.uint64), starts)
    everywhere = np.arange(len(points))
    place = everywhere - np.maximum.accumulate(np.where(first, everywhere, 0))
    letters = _mixed(points.astype(np.uint64) + (place.astype(np.uint64) << np.uint64(32)))
    letters[gap] = 0
    return _Tokens(_mixed(np.add.reduceat(letters, begins)), starts)


def _mixed(values: Hashes) -> Hashes:
    """Each value scattered over all 64 bits (the finaliser of SplitMix64)."""
    values = (values + _ODD) * _STEPS[0]
    values ^= values >> np.uint64(30)
    values *= _STEPS[1]
    values ^= values >> np.uint64(27)
    values *= _STEPS[2]
    return values ^ (values >> np.uint64(31))


def _content(tokens: _Tokens) -> Hashes:
    """One hash of each row's tokens in their order; shape (rows,)."""
    place = np.arange(len(tokens.hashes)) - np.repeat(tokens.starts[:-1], tokens.counts)
    scattered = _mixed(tokens.hashes + place.astype(np.uint64) * _STEPS[0])
    total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(scattered)])
    return _mixed(total[tokens.starts[1:]] - total[tokens.starts[:-1]])


def _bands(tokens: _Tokens, settings: SignatureSettings) -> Hashes:
    """Least hashes of the shingles under each of `BANDS` × `LANES` permutations, one byte of each; (rows, BANDS).

    A byte of a least hash is equal by chance once in 256, which the estimate allows for; eight of them are a band.
    """
    width = settings.shingle
    long = tokens.counts >= max(settings.fewest, width)
    bands = np.zeros((len(long), BANDS), np.uint64)
    if not long.any():
        return bands
    features, starts = _shingles(tokens, long, width)
    lanes = np.empty((int(long.sum()), BANDS * LANES), np.uint8)
    keys = _mixed(np.arange(BANDS * LANES, dtype=np.uint64))
    for lane, key in enumerate(keys):
        turned = (features ^ np.uint32(key >> np.uint64(32))) * np.uint32((key & np.uint64(0xFFFFFFFF)) | np.uint64(1))
        lanes[:, lane] = np.minimum.reduceat(turned, starts) & np.uint32(0xFF)
    bands[long] = lanes.view("<u8")
    return bands


def _shingles(tokens: _Tokens, long: NDArray[np.bool_], width: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Features of the long rows one after the other, and where each row's begin."""
    last = len(tokens.hashes) - width + 1
    together = np.zeros(last, np.uint64)
    for step in range(width):
        together = _mixed(together + tokens.hashes[step : step + last])
    counts = np.where(long, tokens.counts - width + 1, 0)
    starts = np.concatenate([[0], np.cumsum(counts)])
    inside = np.repeat(tokens.starts[:-1], counts) + np.arange(starts[-1]) - np.repeat(starts[:-1], counts)
    return (together[inside] >> np.uint64(32)).astype(np.uint32), starts[:-1][long]
