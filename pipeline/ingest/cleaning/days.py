"""Parsing of dates and timestamps; ambiguous ones are rejected."""

from __future__ import annotations

from datetime import date

import polars as pl

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.cleaning.cell_text import clean_cells

EPOCH = {"epoch": 1_000_000, "epoch_ms": 1_000}
"""Styles of numbers, which are read as times only where the configuration says so, and their microseconds."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = ("uary", "ruary", "ch", "il", "", "e", "y", "ust", "tember", "ober", "ember", "ember")
_NAMES = {
    name: f"{number:02d}"
    for number, (short, rest) in enumerate(zip(_MONTHS, _LONG, strict=True), 1)
    for name in (short, short + rest[:1], short + rest)
}
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_NAME = r"(?P<name>[a-z]{3,9})\.?"
_DAY = r"(?P<d>\d{1,2})"
_YEAR = r"(?P<y>\d{4})"
_ZONE = r"(?:\s*(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2}|[+-]\d{2}))?"
_TIME = rf"(?:(?:t|,?\s+)(?P<h>\d{{1,2}}):(?P<min>\d{{2}})(?::(?P<s>\d{{2}})(?:[.,](?P<f>\d{{1,9}}))?)?{_ZONE})?"
_PATTERNS = [rf"^{_YEAR}{mark}(?P<m>\d{{1,2}}){mark}{_DAY}{_TIME}$" for mark in ("-", "/", r"\.")] + [
    rf"^{_YEAR}年(?P<m>\d{{1,2}})月{_DAY}日{_TIME}$",
    rf"^{_DAY}\.(?P<m>\d{{1,2}})\.{_YEAR}{_TIME}$",
    rf"^{_WEEKDAY}{_NAME}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}{_TIME}$",
    rf"^{_WEEKDAY}{_DAY}(?:st|nd|rd|th)?[\s-]+{_NAME},?[\s-]+{_YEAR}{_TIME}$",
]
_PARTS = ("y", "m", "d", "name", "h", "min", "s", "f", "zone")


def read_days(values: pl.Series, style: str | None, zone: str) -> pl.Series:
    """Calendar days in ``zone`` (UTC where empty), null where there is none; shape (n,)."""
    naive, moment = _read(values, style)
    local = moment.dt.convert_time_zone(_known(zone)).dt.date()
    return _within(local.zip_with(moment.is_not_null(), naive.dt.date()))


def read_moments(values: pl.Series, style: str | None, zone: str) -> pl.Series:
    """Moments in UTC; a time that says no zone is meant in ``zone``, a day is its first moment there; shape (n,)."""
    naive, moment = _read(values, style)
    # An hour that the clock shows twice is its first, one that it leaves out is none.
    meant = naive.dt.replace_time_zone(_known(zone), ambiguous="earliest", non_existent="null")
    in_utc = moment.zip_with(moment.is_not_null(), meant.dt.convert_time_zone("UTC"))
    return in_utc.zip_with(_within(in_utc.dt.date()).is_not_null(), pl.Series([None], dtype=in_utc.dtype))


def _known(zone: str) -> str:
    try:
        pl.Series([None], dtype=pl.Datetime("us")).dt.replace_time_zone(zone or "UTC")
    except pl.exceptions.PolarsError as error:
        raise BadInput(f"No time zone {zone!r}", where="timezone", todo="Write it as Asia/Shanghai") from error
    return zone or "UTC"


def _within(days: pl.Series) -> pl.Series:
    return days.zip_with(days.is_between(date.min, date.max), pl.Series([None], dtype=pl.Date))


def _read(values: pl.Series, style: str | None) -> tuple[pl.Series, pl.Series]:
    """Cells without a zone as written, those with one as UTC: of each row at most one of the two."""
    none = pl.Series([None], dtype=pl.Datetime("us")).new_from_index(0, len(values))
    kind = values.dtype
    if isinstance(kind, pl.Datetime) and kind.time_zone:
        return none, values.dt.convert_time_zone("UTC").cast(pl.Datetime("us", "UTC"))
    if isinstance(kind, pl.Date | pl.Datetime):
        return values.cast(pl.Datetime("us")), none.dt.replace_time_zone("UTC")
    if style in EPOCH:
        return none, _epoch(values, EPOCH[style])
    text = clean_cells(values).alias("text")
    distinct = text.unique().to_frame()
    read = distinct.with_columns(_by_format(distinct["text"], style) if style else _by_patterns(distinct["text"]))
    found = text.to_frame().join(read, on="text", how="left", maintain_order="left")
    return found["naive"], found["moment"]


def _epoch(values: pl.Series, unit: int) -> pl.Series:
    seconds = clean_cells(values) if values.dtype == pl.String else values
    micro = seconds.cast(pl.Float64, strict=False) * unit
    near = micro.zip_with(micro.abs() < 2.6e17, pl.Series([None], dtype=pl.Float64))
    return near.round().cast(pl.Int64).cast(pl.Datetime("us", "UTC"))


def _by_format(text: pl.Series, style: str) -> list[pl.Series]:
    zoned = "%z" in style
    read = text.str.to_datetime(style, strict=False, time_unit="us", time_zone="UTC" if zoned else None)
    none = pl.Series([None], dtype=pl.Datetime("us")).new_from_index(0, len(text))
    naive, moment = (none, read) if zoned else (read, none.dt.replace_time_zone("UTC"))
    return [naive.alias("naive"), moment.alias("moment")]


def _by_patterns(text: pl.Series) -> list[pl.Expr]:
    """Columns ``naive`` and ``moment`` of distinct texts, by the first pattern that one matches as a whole."""
    lower = pl.col("text").str.to_lowercase()
    groups = [lower.str.extract_groups(pattern) for pattern in _PATTERNS]

    def part(name: str) -> pl.Expr:
        having = [g.struct.field(name) for g, p in zip(groups, _PATTERNS, strict=True) if f"?P<{name}>" in p]
        return pl.coalesce(having)

    y, m, d, name, h, minute, s, f, zone = (part(name) for name in _PARTS)
    month = pl.coalesce(m, name.replace_strict(_NAMES, default=None, return_dtype=pl.String)).str.zfill(2)
    day = pl.concat_str(y, month, d.str.zfill(2), separator="-")
    clock = pl.concat_str(h.fill_null("0").str.zfill(2), minute.fill_null("00"), s.fill_null("00"), separator=":")
    written = pl.concat_str(day, pl.lit(" "), clock, pl.lit("."), f.fill_null("0").str.pad_end(9, "0"))
    local = written.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
    moment = (local - _offset(zone)).dt.replace_time_zone("UTC")
    return [
        pl.when(zone.is_null()).then(local).alias("naive"),
        pl.when(zone.is_not_null()).then(moment).alias("moment"),
    ]


def _offset(zone: pl.Expr) -> pl.Expr:
    minutes = zone.str.slice(1, 2).cast(pl.Int64, strict=False) * 60
    minutes += zone.str.extract(r"(\d{2})$").cast(pl.Int64, strict=False) * (zone.str.len_chars() > 3)
    signed = pl.when(zone.str.starts_with("-")).then(-minutes).otherwise(minutes)
    return pl.duration(minutes=signed.fill_null(0))
