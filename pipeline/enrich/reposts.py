"""Detection of reposted postings: same employer and place, nearly equal text, within two months."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.pipeline.enrich.signatures import BANDS, CONTENT, LANES, TITLE, SignatureSettings, signatures

REPOSTS = pl.Schema({"code": pl.String(), "original": pl.String(), "similarity": pl.Float64(), "method": pl.String()})
KNOWN = pl.Schema(
    {
        "code": pl.String(),
        "employer": pl.String(),
        "region": pl.String(),
        "posted_at": pl.Date(),
        "signature": pl.List(pl.Int64),
    }
)
EXACT, NEAR = "exact", "near"


@dataclass(frozen=True)
class RepostSettings:
    """When two postings are one.

    Attributes:
        similar: least estimated Jaccard similarity of their shingles.
        days: most days between an ad and the next one like it.
        reach: in a crowd of ads that all look alike, each is compared with so many that come after it.
    """

    similar: float = 0.85
    days: int = 60
    reach: int = 64
    signature: SignatureSettings = field(default_factory=SignatureSettings)


def find_reposts(
    postings: pl.DataFrame, settings: RepostSettings | None = None, known: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Postings that repeat an earlier one: ``code``, ``original``, ``similarity``, ``method`` (exact or near).

    Ads are tied where employer and region are equal, at most ``days`` lie between them, and either their content is
    equal or their titles say the same and their similarity is estimated at ``similar`` or more. All that are tied,
    directly or by others, repeat the earliest of them.

    Args:
        postings: code, title, text, employer, region, posted_at; codes are unique.
        known: postings of the graph as `KNOWN`, without those in ``postings``. Only those of an employer and region of
            ``postings`` matter, but of these all: the result is what all postings at once would give, for those of
            both. After a change or deletion pass the postings left of that employer and region as ``known``.
    """
    settings = settings or RepostSettings()
    fresh = postings.with_columns(signatures(postings, settings.signature)).select(*KNOWN).cast(KNOWN)
    every = fresh if known is None else pl.concat([fresh, known.select(*KNOWN).cast(KNOWN)])
    every = every.filter(pl.col("signature").list.len() > 0, pl.col("posted_at").is_not_null())
    every = every.sort("posted_at", "code").with_columns(
        pl.struct("employer", "region").rank("dense").alias("block"),
        pl.col("signature").list.get(CONTENT).alias("content"),
        pl.col("signature").list.get(TITLE).alias("title"),
    )
    every = every.with_columns(_run(settings.days).alias("run"))
    runs = every.group_by("run", maintain_order=True).agg(
        pl.col("block", "content", "title", "signature").first(),
        first=pl.col("posted_at").first(),
        last=pl.col("posted_at").last(),
    )
    return _group_originals(every, _joined(runs, settings))


def _run(days: int) -> pl.Expr:
    """Number of the run a posting belongs to: equal postings, each at most ``days`` after the one before."""
    gap = (pl.col("posted_at") - pl.col("posted_at").shift()).dt.total_days().over("block", "content") > days
    part = gap.fill_null(value=False).cum_sum().over("block", "content")
    return pl.struct("block", "content", part.alias("part")).rank("dense")


def _joined(runs: pl.DataFrame, settings: RepostSettings) -> pl.DataFrame:
    """Columns ``run`` and ``group``: runs that nearly say the same, directly or by others, are one group."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    long = runs.with_row_index("place").filter(pl.col("signature").list.len() > TITLE + 1)
    one, two = _candidates(long, settings.reach)
    if len(one):
        lanes = _lanes(long["signature"])
        first, last = (long[name].to_physical().to_numpy() for name in ("first", "last"))
        close = np.maximum(first[one], first[two]) - np.minimum(last[one], last[two]) <= settings.days
        one, two = one[close], two[close]
        alike = _similarity(lanes, one, two) >= settings.similar
        one, two = one[alike], two[alike]
    place = long["place"].to_numpy()
    ties = coo_array((np.ones(len(one)), (place[one], place[two])), shape=(runs.height, runs.height))
    group = connected_components(ties, directed=False)[1]
    return runs.select("run").with_columns(pl.Series("group", group))


def _candidates(long: pl.DataFrame, reach: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of places in ``long`` with a band and title in common, in blocks of one employer and region."""
    bands = long.select(
        "block",
        "title",
        "first",
        "content",
        place=pl.int_range(pl.len()),
        band=pl.lit(list(range(BANDS))),
        value=pl.col("signature").list.tail(BANDS),
    ).explode("band", "value")
    same = ["block", "title", "band", "value"]
    shared = bands.filter(pl.len().over(same) > 1).sort(*same, "first", "content")
    bucket = shared.select(pl.struct(same).rle_id()).to_series().to_numpy()
    place = shared["place"].to_numpy()
    pairs = [np.empty((0, 2), np.int64)]
    for step in range(1, min(reach, len(bucket) - 1) + 1):
        hit = bucket[step:] == bucket[:-step]
        if not hit.any():
            break
        pairs.append(np.sort(np.column_stack([place[:-step][hit], place[step:][hit]]), axis=1))
    distinct = np.unique(np.concatenate(pairs), axis=0)
    return distinct[:, 0], distinct[:, 1]


def _lanes(signature: pl.Series) -> NDArray[np.uint8]:
    """The bytes of the bands, shape (n, BANDS × LANES)."""
    bands = signature.list.tail(BANDS).list.to_array(BANDS).to_numpy()
    return np.ascontiguousarray(bands).view(np.uint8)


def _similarity(lanes: NDArray[np.uint8], one: NDArray[np.int64], two: NDArray[np.int64]) -> NDArray[np.float64]:
    """Estimated Jaccard similarity of pairs: the share of equal lanes, less what bytes share by chance."""
    equal = np.empty(len(one))
    for start in range(0, len(one), 50_000):
        part = slice(start, start + 50_000)
        equal[part] = (lanes[one[part]] == lanes[two[part]]).sum(axis=1) / (BANDS * LANES)
    chance = 1 / 256
    return np.clip((equal - chance) / (1 - chance), 0.0, 1.0)


def _group_originals(every: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """The earliest posting of each group is the original of all others."""
    postings = every.join(groups, on="run", maintain_order="left")
    postings = postings.with_columns(
        pl.col("code", "content", "signature").first().over("group").name.prefix("original_"),
    ).filter(pl.col("code") != pl.col("original_code"))
    if postings.is_empty():
        return pl.DataFrame(schema=REPOSTS)
    same = (postings["content"] == postings["original_content"]).to_numpy()
    similarity = np.ones(postings.height)
    if not same.all():
        near = postings.filter(pl.Series(~same))
        lanes = _lanes(pl.concat([near["signature"], near["original_signature"]]))
        at = np.arange(near.height)
        similarity[~same] = _similarity(lanes, at, at + near.height)
    return postings.select(
        "code",
        original="original_code",
        similarity=pl.Series(similarity).round(4),
        method=pl.Series(np.where(same, EXACT, NEAR), dtype=pl.String),
    ).sort("code")
