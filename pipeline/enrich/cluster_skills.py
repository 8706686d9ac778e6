"""Cosine similarity of postings to the skill profiles of occupations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

RANKED = {"doc": pl.Int64, "cluster": pl.String, "cosine": pl.Float64, "margin": pl.Float64, "shared": pl.Int64}
PAIRED = {"doc": pl.Int64, "cluster": pl.String, "cosine": pl.Float64}


class SkillProfiles:
    """What each occupation requires, as unit vectors over skills: weight times inverse frequency of the skill.

    A skill is the more telling the fewer occupations require it (inverse document frequency over occupations), so
    the profile of a post depends on nothing but the post and the vocabulary.

    Args:
        requirements: cluster, skill, weight.
        block: posts compared at a time; bounds the memory.
    """

    def __init__(self, requirements: pl.DataFrame, block: int = 4_096) -> None:
        self.block = block
        self.clusters = requirements["cluster"].unique().sort()
        self._skills = requirements["skill"].unique().sort()
        rows, columns = _places(requirements["cluster"], self.clusters), _places(requirements["skill"], self._skills)
        frequency = np.bincount(columns, minlength=len(self._skills))
        self._inverse_frequency = np.log1p(len(self.clusters) / np.maximum(frequency, 1))
        values = requirements["weight"].to_numpy().astype(np.float64) * self._inverse_frequency[columns]
        self._profiles = _unit(csr_array((values, (rows, columns)), shape=(len(self.clusters), len(self._skills))))
        self._transposed = csr_array(self._profiles.T)

    def best(self, needs: pl.DataFrame) -> pl.DataFrame:
        """The likeliest occupation of each posting that has a known skill.

        Args:
            needs: doc, code, strength; one row a doc and code.

        Returns:
            doc, cluster, cosine (0..1), margin (cosine less that of the next occupation) and shared (how many
            skills they have in common); of equal cosines the first code wins, with a margin of 0.
        """
        parts = [pl.DataFrame(schema=RANKED)]
        for docs, posting_vectors in self._posting_blocks(needs):
            product = csr_array(posting_vectors @ self._transposed)
            row, first, second = _two_best(product)
            winner = product.indices[first]
            shared = _shared(posting_vectors, self._profiles, row, winner)
            cosine = product.data[first]
            columns = (docs[row], self.clusters.gather(winner), cosine, cosine - second, shared)
            parts.append(pl.DataFrame(dict(zip(RANKED, columns, strict=True)), schema=RANKED))
        return pl.concat(parts)

    def cosines(self, needs: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
        """(doc, cluster, cosine) of given ``pairs`` of doc and cluster; those without a cosine are left out."""
        wanted = pairs.select("doc", "cluster").unique().sort("doc", "cluster")
        wanted = wanted.filter(pl.col("cluster").is_in(self.clusters.implode()))
        parts = [pl.DataFrame(schema=PAIRED)]
        for docs, posting_vectors in self._posting_blocks(needs):
            here = wanted.join(pl.DataFrame({"doc": docs}).with_row_index("row"), on="doc", maintain_order="left")
            cluster = _places(here["cluster"], self.clusters)
            overlap = csr_array(posting_vectors[here["row"].to_numpy()]).multiply(self._profiles[cluster])
            parts.append(here.select("doc", "cluster", cosine=pl.Series(np.asarray(overlap.sum(axis=1)).ravel())))
        return pl.concat(parts).filter(pl.col("cosine") > 0)

    def _posting_blocks(self, needs: pl.DataFrame) -> Iterator[tuple[NDArray[np.int64], csr_array]]:
        """Blocks of postings: their docs and unit vectors over the skills that some occupation requires."""
        known = needs.filter(pl.col("code").is_in(self._skills.implode())).sort("doc", "code")
        docs, row = np.unique(known["doc"].to_numpy(), return_inverse=True)
        column = _places(known["code"], self._skills)
        values = known["strength"].to_numpy() * self._inverse_frequency[column]
        for start in range(0, len(docs), self.block):
            # Rows are sorted, so that a block is a slice.
            low, high = np.searchsorted(row, [start, start + self.block])
            size = (min(self.block, len(docs) - start), len(self._skills))
            block = csr_array((values[low:high], (row[low:high] - start, column[low:high])), shape=size)
            yield docs[start : start + self.block], _unit(block)


def _two_best(product: csr_array) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Of the rows that hold anything: row, place of its greatest value in ``data``, and the next value or 0."""
    sizes = np.diff(product.indptr)
    row = np.flatnonzero(sizes)
    starts = product.indptr[row]
    top = np.maximum.reduceat(product.data, starts) if len(row) else np.empty(0)
    places = np.flatnonzero(product.data == np.repeat(top, sizes[row]))
    # The product leaves a row's columns in any order; among equals the first cluster wins.
    owner = np.searchsorted(starts, places, side="right") - 1
    order = np.lexsort((product.indices[places], owner))
    first = places[order][np.flatnonzero(np.diff(owner[order], prepend=-1))]
    rest = product.data.copy()
    rest[first] = 0.0
    return row, first, np.maximum.reduceat(rest, starts) if len(row) else np.empty(0)


def _shared(
    posting_vectors: csr_array, profiles: csr_array, row: NDArray[np.int64], cluster: NDArray[np.int64]
) -> NDArray[np.int64]:
    both = csr_array(posting_vectors[row]).multiply(profiles[cluster])
    count: NDArray[np.int64] = np.diff(csr_array(both).indptr).astype(np.int64)
    return count


def _places(codes: pl.Series, known: pl.Series) -> NDArray[np.int64]:
    """Position of each code among the sorted ``known`` ones, which hold them all."""
    if not len(codes):
        return np.empty(0, dtype=np.int64)
    places: NDArray[np.int64] = np.searchsorted(known.to_numpy(), codes.to_numpy())
    return places


def _unit(matrix: csr_array) -> csr_array:
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.where(length > 0, length, 1.0), np.diff(matrix.indptr))
    return matrix
