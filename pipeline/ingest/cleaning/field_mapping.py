"""Mapping of source columns to contract fields."""

from __future__ import annotations

from hashlib import blake2b

import polars as pl

from skillpath.pipeline.ingest.cleaning.cell_text import as_text, clean_cells
from skillpath.pipeline.ingest.cleaning.cleaned import StepCount
from skillpath.pipeline.ingest.contracts import Contract
from skillpath.pipeline.ingest.source_spec import SourceSpec
from skillpath.pipeline.ingest.tables import LINE, ROW

DIGEST_BYTES = 12
"""A code made of content has twice as many hexadecimal digits; a billion rows share one by a chance of 1 in 10^11."""


def fields_of(frame: pl.DataFrame, spec: SourceSpec, contract: Contract) -> tuple[pl.DataFrame, list[StepCount]]:
    """Contract fields as they stand in the file, after ``row`` and ``line``; one that nothing fills is null."""
    steps = []
    columns = {"row": frame[ROW], "line": frame[LINE]}
    for name in contract.fields:
        if name in spec.columns:
            columns[name] = frame[spec.columns[name]]
        elif name in spec.digest:
            columns[name] = content_code(frame.select(spec.digest[name]))
            steps.append(StepCount(f"digest: {name}", columns[name].count(), f"made of {', '.join(spec.digest[name])}"))
        else:
            columns[name] = pl.Series([spec.constants.get(name)]).new_from_index(0, frame.height)
        if name in spec.parse:
            columns[name], taken = _cut(columns[name], spec.parse[name])
            steps.append(StepCount(f"parse: {name}", taken, f"the part that {spec.parse[name]} finds"))
        if name in spec.values and contract.fields[name].kind != "list":
            columns[name], mapped = _mapped(columns[name], spec.values[name])
            steps.append(
                StepCount(f"values: {name}", mapped, f"{len(spec.values[name])} values have another name here")
            )
    return pl.DataFrame([values.alias(name) for name, values in columns.items()]), steps


def _cut(values: pl.Series, pattern: str) -> tuple[pl.Series, int]:
    text = clean_cells(values)
    part = text.str.extract(pattern, 1)
    return part.zip_with(part.is_not_null(), text), part.count()


def _mapped(values: pl.Series, mapping: dict[str, object]) -> tuple[pl.Series, int]:
    text = clean_cells(values)
    ours = {key: str(value) for key, value in mapping.items()}
    return text.replace(ours), int(text.is_in(list(ours)).sum())


def content_code(frame: pl.DataFrame) -> pl.Series:
    """A code of each row's content, equal wherever and whenever it is computed; null where all columns are empty.

    Cleaned text is hashed, so invisible differences make no new record. BLAKE2b from the standard library is stable for
    ever, which no vectorised hash at hand promises; it takes 1.5 µs a row, less than reading it does.
    """
    texts = []
    for column in frame.get_columns():
        plain = column.list.join("\x1e") if isinstance(column.dtype, pl.List) else as_text(column)
        texts.append(clean_cells(plain))
    table = pl.DataFrame([text.alias(str(place)) for place, text in enumerate(texts)])
    # \x1f cannot be in cleaned text, so no two rows of different cells are joined to the same text.
    filled = pl.any_horizontal(pl.all().is_not_null())
    joined = pl.when(filled).then(pl.concat_str(pl.all().fill_null(""), separator="\x1f"))
    whole = table.select(joined).to_series()
    distinct = whole.drop_nulls().unique()
    codes = [blake2b(text.encode(), digest_size=DIGEST_BYTES).hexdigest() for text in distinct]
    return whole.replace_strict(distinct, codes, default=None, return_dtype=pl.String)
