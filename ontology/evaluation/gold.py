"""Gold sets: annotated sentences and spans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from skillpath.errors import BadInput

COLUMNS = ("sentence", "span", "sub_span", "label")


@dataclass(frozen=True)
class Gold:
    """One annotated set, with labels as positions in the list of codes it was read against.

    Attributes:
        sentences: those with at least one label of the vocabulary; ``meant`` says which skills.
        spans: distinct spans (of distinct sentences); ``skill`` is None where the annotators found no label for it, and
            ``places`` which sentence and span it is: a span with two labels is there twice.
        unknown: labels that are not in the vocabulary, with how often they occur.
    """

    name: str
    sentences: tuple[str, ...]
    meant: tuple[frozenset[int], ...]
    spans: tuple[str, ...]
    skill: tuple[int | None, ...]
    places: tuple[tuple[str, str], ...]
    unknown: dict[str, int]


def read_gold(path: Path, labels: pl.DataFrame) -> Gold:
    """Read sentence, span, sub_span (optional), label from Parquet, CSV or JSON lines.

    Args:
        labels: code and label of the vocabulary, sorted by code; of two equal labels the first counts.

    Raises:
        BadInput: the file cannot be read, lacks a column, or holds no label of the vocabulary.
    """
    rows = _read(path)
    at = labels.with_row_index("skill").select(pl.col("skill").cast(pl.Int64), key=_key(pl.col("label")))
    at = at.unique("key", keep="first", maintain_order=True)
    rows = rows.with_columns(key=_key(pl.col("label"))).join(at, on="key", how="left", maintain_order="left")
    known = rows.filter(pl.col("skill").is_not_null())
    if known.is_empty():
        raise BadInput("No label of this file is in the vocabulary", where=str(path), todo="Import its ontology first")
    sentences = known.group_by("sentence", maintain_order=True).agg(pl.col("skill").unique().sort())
    text = pl.when(pl.col("sub_span").fill_null("") != "").then("sub_span").otherwise("span")
    spans = rows.select("sentence", text=text.str.strip_chars(), skill="skill").filter(pl.col("text") != "")
    # A span with a label counts once for each label; without one it counts once.
    spans = spans.unique(maintain_order=True)
    unknown = rows.filter(pl.col("skill").is_null())["label"].value_counts().sort("count", "label", descending=True)
    return Gold(
        path.stem,
        tuple(sentences["sentence"]),
        tuple(frozenset(s) for s in sentences["skill"].to_list()),
        tuple(spans["text"]),
        tuple(spans["skill"].to_list()),
        tuple(zip(spans["sentence"], spans["text"], strict=True)),
        dict(unknown.head(20).iter_rows()),
    )


def _key(column: pl.Expr) -> pl.Expr:
    return column.str.to_lowercase().str.strip_chars()


def _read(path: Path) -> pl.DataFrame:
    if not path.is_file():
        raise BadInput("No such file", where=str(path), todo="Check the path")
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".parquet": pl.read_parquet,
        ".csv": pl.read_csv,
        ".jsonl": pl.read_ndjson,
    }
    if path.suffix not in readers:
        raise BadInput("Not a kind of file we read", where=str(path), todo=f"Give one of {', '.join(readers)}")
    try:
        rows = readers[path.suffix](path)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The file cannot be read: {error}", where=str(path), todo="Check the file") from error
    missing = [c for c in COLUMNS if c not in rows.columns and c != "sub_span"]
    if missing:
        raise BadInput(f"No column {', '.join(missing)}", where=str(path), todo=f"Give {', '.join(COLUMNS)}")
    if "sub_span" not in rows.columns:
        rows = rows.with_columns(sub_span=pl.lit(None, pl.String))
    return rows.select(pl.col(COLUMNS).cast(pl.String)).drop_nulls(["sentence", "span", "label"])
