"""Row checks of one vocabulary file: good rows are kept, the others recorded with a reason."""

from __future__ import annotations

import polars as pl

from skillpath.ontology.matching.text_cleaning import CONTROL, DAMAGED, clean_line
from skillpath.ontology.release.release import REJECTED

VALUE_LENGTH = 200


class RowChecks:
    """Rows of one file that pass the checks so far, and the rejected ones with reasons.

    ``names`` gives the file's own name for a column that was renamed, to report it under that name.
    """

    def __init__(self, file: str, rows: pl.DataFrame) -> None:
        self.file = file
        self.rows = rows if "row" in rows.columns else rows.with_row_index("row", offset=1)
        self.names: dict[str, str] = {}
        self._rejected: list[pl.DataFrame] = []

    def rejected(self) -> pl.DataFrame:
        """Everything turned away so far, in the schema of `REJECTED`."""
        return pl.concat([pl.DataFrame(schema=REJECTED), *self._rejected])

    def drop(self, bad: pl.Expr, column: str, reason: str, rule: str) -> None:
        """Turn away the rows where ``bad`` is true."""
        marked = self.rows.with_columns(_bad=bad.fill_null(False))
        self.note(marked.filter("_bad"), column, reason, rule)
        self.rows = marked.filter(~pl.col("_bad")).drop("_bad")

    def note(self, rows: pl.DataFrame, column: str, reason: str, rule: str) -> None:
        """Record ``rows`` as turned away."""
        if rows.height:
            self._rejected.append(
                rows.select(
                    file=pl.lit(self.file),
                    row=pl.col("row").cast(pl.Int64),
                    column=pl.lit(self.names.get(column, column)),
                    value=pl.col(column).cast(pl.String).str.slice(0, VALUE_LENGTH),
                    reason=pl.lit(reason),
                    rule=pl.lit(rule),
                )
            )

    def text(self, *columns: str, required: bool = True) -> None:
        """Clean text columns; a row with a missing, damaged or control character in a required one stays out."""
        for column in columns:
            damaged = pl.col(column).str.contains(DAMAGED)
            self.drop(damaged, column, f"{column} is not valid UTF-8 text", "encoding")
            if required:
                control = pl.col(column).str.contains(CONTROL)
                self.drop(control, column, f"{column} holds a control character", "control")
            self.rows = self.rows.with_columns(clean_line(pl.col(column)).alias(column))
            if required:
                self.drop(pl.col(column).is_null(), column, f"{column} is missing", "missing")

    def unique(self, *columns: str) -> None:
        """Keep the first row of each key."""
        again = ~pl.struct(columns).is_first_distinct()
        what = " and ".join(columns)
        self.drop(again, columns[-1], f"the same {what} stands in an earlier row", "duplicate")

    def known(self, column: str, codes: pl.Series, what: str) -> None:
        """Keep the rows whose ``column`` is one of ``codes``."""
        self.drop(~pl.col(column).is_in(codes.implode()), column, f"there is no such {what}", "dangling")

    def among(self, column: str, values: tuple[str, ...]) -> None:
        """Keep the rows whose ``column`` is one of ``values``."""
        reason = f"{column} is not one of {', '.join(values)}"
        self.drop(~pl.col(column).is_in(list(values)), column, reason, "value")
