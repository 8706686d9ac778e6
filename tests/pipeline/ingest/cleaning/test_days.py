"""Days and moments: seven ways of writing them, zones, and no guess where two days could be meant."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.cleaning.days import read_days, read_moments

DAY = dt.date(2024, 3, 31)


def day(text: object, style: str | None = None, zone: str = "") -> dt.date | None:
    found: dt.date | None = read_days(pl.Series([text]), style, zone)[0]
    return found


def moment(text: object, style: str | None = None, zone: str = "") -> dt.datetime | None:
    found: dt.datetime | None = read_moments(pl.Series([text]), style, zone)[0]
    return found


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-31",
        "2024-3-31",
        "2024-03-31T09:30",
        "2024-03-31 09:30:15.25",
        "2024-03-31T09:30:00Z",
        "2024-03-31T23:30:00-0000",
        "2024/03/31",
        "2024.03.31",
        "31.03.2024",
        "31.3.2024 09:30",
        "March 31 2024",
        "Mar 31st, 2024",
        "Sunday, March 31, 2024",
        "31 Mar 2024",
        "31-Mar-2024",
        "Sun, 31 Mar 2024 10:00:00 +0000",
        "31 Sept 2024",
        "2024年3月31日",
    ],
)
def test_ways_of_writing_a_day(text: str) -> None:
    expected = None if "Sept" in text else DAY
    assert day(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "03/04/2024",
        "31/03/2024",
        "31.02.2024",
        "2023-02-29",
        "0000-00-00",
        "2024-03-31T25:00",
        "2024-03-31T10:61",
        "31 Marble 2024",
        "2024-03-31 and later",
        "1711843200",
        "20240331",
        "soon",
    ],
)
def test_what_is_no_day_or_could_be_two(text: str) -> None:
    assert day(text) is None
    assert moment(text) is None


def test_a_stated_style_decides() -> None:
    assert day("03/04/2024", "%d/%m/%Y") == dt.date(2024, 4, 3)
    assert day("03/04/2024", "%m/%d/%Y") == dt.date(2024, 3, 4)
    assert day("2024-03-31", "%d/%m/%Y") is None
    assert day("1711843200", "epoch") == DAY
    assert day(1711843200000, "epoch_ms") == DAY
    assert day(1e300, "epoch") is None
    assert moment("31/03/2024 10:00 +0200", "%d/%m/%Y %H:%M %z") == dt.datetime(2024, 3, 31, 8, tzinfo=dt.UTC)


def test_days_are_taken_in_the_sources_zone() -> None:
    assert day("2024-03-31T23:30:00Z", zone="Asia/Shanghai") == dt.date(2024, 4, 1)
    assert day("2024-04-01T00:30:00+02:00") == DAY
    assert day("2024-03-31T23:30:00", zone="Asia/Shanghai") == DAY
    assert day("1711900800", "epoch", "Asia/Shanghai") == dt.date(2024, 4, 1)
    assert day(dt.datetime(2024, 3, 31, 23, tzinfo=dt.UTC), zone="Asia/Shanghai") == dt.date(2024, 4, 1)
    assert day(dt.datetime(2024, 3, 31, 23), zone="Asia/Shanghai") == DAY


def test_times_that_say_no_zone_are_meant_in_the_sources() -> None:
    assert moment("2024-11-05T09:30:00", zone="Asia/Shanghai") == dt.datetime(2024, 11, 5, 1, 30, tzinfo=dt.UTC)
    assert moment("2024-11-05T09:30:00+01:00", zone="Asia/Shanghai") == dt.datetime(2024, 11, 5, 8, 30, tzinfo=dt.UTC)
    assert moment("2024-11-05", zone="Europe/Berlin") == dt.datetime(2024, 11, 4, 23, tzinfo=dt.UTC)
    assert moment(DAY, zone="Asia/Shanghai") == dt.datetime(2024, 3, 30, 16, tzinfo=dt.UTC)


def test_hours_that_a_clock_leaves_out_or_shows_twice() -> None:
    assert moment("2024-03-31 02:30:00", zone="Europe/Berlin") is None
    assert moment("2024-10-27 02:30:00", zone="Europe/Berlin") == dt.datetime(2024, 10, 27, 0, 30, tzinfo=dt.UTC)


def test_zones_and_formats_that_are_none() -> None:
    with pytest.raises(BadInput, match="No time zone 'Mars/Base'"):
        day("2024-03-31", zone="Mars/Base")
    assert day("2024-03-31", "%Q%!") is None


@settings(max_examples=40, deadline=None)
@given(
    st.dates(dt.date(1000, 1, 1), dt.date(9999, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%B %d, %Y", "%d %b %Y"]),
)
def test_every_day_of_the_calendar(value: dt.date, style: str) -> None:
    assert day(value.strftime(style)) == value


@settings(max_examples=40, deadline=None)
@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_every_moment_in_every_offset(value: dt.datetime, minutes: int) -> None:
    there = value.replace(tzinfo=dt.UTC).astimezone(dt.timezone(dt.timedelta(minutes=minutes)))
    assert moment(there.isoformat()) == value.replace(tzinfo=dt.UTC)
