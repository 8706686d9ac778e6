"""Change detection between a source's records and the graph, on frames."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from skillpath.pipeline.ingest.contracts import CONTRACTS
from skillpath.pipeline.ingest.source_spec import SourceSpec

ROOTS = ("skillpath.pipeline", "skillpath.ontology")
"""Whose programs and lists decide what becomes of a row."""
_READ = (".py", ".csv", ".json")
_CHUNK = 1 << 20


def fingerprint(spec: SourceSpec, settings: dict[str, Any], vocabulary: str) -> str:
    """Digest of everything but the rows that decides what becomes of them.

    Args:
        vocabulary: digest of the vocabulary, where the contract needs one.
    """
    basis = {
        "programs": _programs(),
        # Hashes of rows are polars' own, and hold within one version of it.
        "polars": pl.__version__,
        "contract": repr(CONTRACTS[spec.contract]),
        "spec": {k: v for k, v in asdict(spec).items() if k not in ("path", "url")},
        "settings": settings,
        "vocabulary": vocabulary,
    }
    text = json.dumps(basis, sort_keys=True, default=str)
    return blake2b(text.encode(), digest_size=16).hexdigest()


@cache
def _programs() -> str:
    """Digest of the programs, word lists and calibrations in use: another version may read the same row otherwise."""
    digest = blake2b(digest_size=16)
    for root in ROOTS:
        folder = Path(str(files(root)))
        for path in sorted(p for p in folder.rglob("*") if p.suffix in _READ and "town" not in p.parts):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def file_digest(path: Path) -> str:
    """Digest of a file's bytes; empty where there is no such file."""
    if not path.is_file():
        return ""
    digest = blake2b(digest_size=16)
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def with_doc(records: pl.DataFrame) -> pl.DataFrame:
    """Records numbered by ``doc``, their position."""
    return records.with_row_index("doc").with_columns(pl.col("doc").cast(pl.Int64))


def changed_docs(
    records: pl.DataFrame, known: pl.DataFrame, touched: pl.Series, *, everything: bool, retry: bool
) -> pl.Series:
    """``doc`` of the records to derive anew: new, different, come back, corrected by hand, or touched.

    Args:
        records: (doc, code, content); known: (code, content, hash, removed, corrected).
        touched: docs whose terms came to mean something else.
        everything: what they are derived with changed, so that each may be different.
        retry: the records are corrections, which need no longer stand for what their source does not say.
    """
    if everything:
        return records["doc"]
    before = known.select("code", "removed", "corrected", old="content")
    joined = records.select("doc", "code", "content").join(before, on="code", how="left", maintain_order="left")
    fresh = pl.col("old").is_null() | (pl.col("old") != pl.col("content")) | pl.col("removed")
    listed = pl.col("corrected").fill_null(False) & pl.lit(not retry)
    return joined.filter(fresh | listed | pl.col("doc").is_in(touched.implode()))["doc"]


def different(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Those rows (``code``, ``hash``) that do not stand in the graph like that."""
    live = known.filter(~pl.col("removed"))
    return rows.join(live.select("code", "hash"), on=["code", "hash"], how="anti", maintain_order="left")


def vanished(known: pl.DataFrame, stated: pl.Series) -> pl.Series:
    """Codes of live records that the source no longer states; corrections stay until it states them."""
    live = known.filter(~pl.col("removed") & ~pl.col("corrected").fill_null(False))
    return live.filter(~pl.col("code").is_in(stated.implode()))["code"]


def touched_docs(mentions: pl.DataFrame, terms: pl.DataFrame, known: pl.DataFrame) -> pl.Series:
    """``doc`` of the records that mention a term whose skill is another than the graph holds.

    Args:
        mentions: (doc, term); terms, known: (code, skill).
    """
    both = terms.select("code", "skill").join(known.select("code", was="skill"), on="code")
    moved = both.filter(pl.col("skill").ne_missing(pl.col("was")))
    return mentions.filter(pl.col("term").is_in(moved["code"].implode()))["doc"].unique()
