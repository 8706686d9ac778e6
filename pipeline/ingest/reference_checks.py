"""Row checks that need the graph: references and ownership of codes."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from skillpath.graph.core.sources import Store
from skillpath.pipeline.ingest.cleaning import CleaningResult
from skillpath.pipeline.ingest.contracts import CONTRACTS
from skillpath.pipeline.ingest.quarantine import rejected
from skillpath.pipeline.ingest.record_rows import record_code
from skillpath.pipeline.ingest.source_spec import SourceSpec

REFERENCE, OWNER = "reference", "owner"


def check_references(cleaned: CleaningResult, spec: SourceSpec, file: str, store: Store) -> CleaningResult:
    """Quarantine rows that refer to a code the graph does not hold."""
    frame, bad = cleaned.frame, [cleaned.rejected]
    for name, field in CONTRACTS[spec.contract].fields.items():
        if not field.refers:
            continue
        codes = store.known(field.refers, frame[name])
        lost = frame.filter(pl.col(name).is_not_null() & ~pl.col(name).is_in(codes.implode()))
        reason = pl.lit(f"no {field.refers} has this code")
        bad.append(rejected(lost, file, column=pl.lit(name), value=pl.col(name), reason=reason, rule=REFERENCE))
        frame = frame.join(lost, on="row", how="anti", maintain_order="left")
    return replace(cleaned, frame=frame, rejected=pl.concat(bad))


def check_owners(
    cleaned: CleaningResult, spec: SourceSpec, file: str, store: Store, known: pl.DataFrame
) -> CleaningResult:
    """Quarantine rows whose code a live record of another source has already; nobody overwrites another's."""
    frame = cleaned.frame.with_columns(record_code(CONTRACTS[spec.contract]).alias("#code"))
    fresh = frame.filter(~pl.col("#code").is_in(known["code"].implode()))["#code"]
    owned = store.owned_elsewhere(spec.contract, spec.name, fresh)
    if owned.is_empty():
        return cleaned
    taken = frame.join(owned, left_on="#code", right_on="code")
    reason = pl.format("source {} has a record of this code", "owner")
    column = pl.lit(CONTRACTS[spec.contract].key[0])
    bad = rejected(taken, file, column=column, value=pl.col("#code"), reason=reason, rule=OWNER)
    left = frame.join(taken, on="row", how="anti", maintain_order="left").drop("#code")
    return replace(cleaned, frame=left, rejected=pl.concat([cleaned.rejected, bad]))
