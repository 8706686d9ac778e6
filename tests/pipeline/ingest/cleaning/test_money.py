"""Pay as people write it, in two languages, as a range a month; what is no pay is told from what says none."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.pipeline.ingest.cleaning.money import MONTH, MOST, READ, read_pay
from skillpath.pipeline.ingest.source_spec import Money

Pay = tuple[float | None, float | None, str | None, str | None]


def read(*texts: str | None, money: Money | None = None) -> list[Pay]:
    return read_pay(pl.Series(texts, dtype=pl.String), money or Money()).rows()


@pytest.mark.parametrize(
    ("text", "least", "most", "currency"),
    [
        ("15-25K", 15_000, 25_000, None),
        ("15k-25", 15_000, 25_000, None),
        ("1千-2千", 1_000, 2_000, None),
        ("1.5万-2万/月", 15_000, 20_000, None),
        ("0.8-1.5万/月", 8_000, 15_000, None),
        ("8千-1.6万", 8_000, 16_000, None),
        ("15-25K·14薪", 15_000, 25_000, None),
        ("15-20万/年", 12_500, 16_666.67, None),
        ("年薪20万", 16_666.67, 16_666.67, None),
        ("200-300元/天", 4_333.33, 6_500, "CNY"),
        ("$120k–150k", 120_000, 150_000, "USD"),
        ("$120,000 - $150,000 per year", 10_000, 12_500, "USD"),
        ("US$ 25.50 hourly", 4_420, 4_420, "USD"),
        ("¥8,000以上", 8_000, None, "CNY"),
        ("2千以下/月", None, 2_000, None),
        ("up to 5000 USD", None, 5_000, "USD"),
        ("£35k+ p.a.", 2_916.67, None, "GBP"),
        ("10,000 ETB Monthly", 10_000, 10_000, "ETB"),
        ("Birr 7000 monthly", 7_000, 7_000, "ETB"),
        ("€3.200 per month", 3_200, 3_200, "EUR"),
        ("10.000 € - 12.000 €", 10_000, 12_000, "EUR"),
        ("1.234,56 EUR", 1_234.56, 1_234.56, "EUR"),
        ("between 3000 and 4000 euros a month", 3_000, 4_000, "EUR"),
        ("5 000 - 6 000 PLN gross", 5_000, 6_000, "PLN"),
        ("1,20,000 INR per annum", 10_000, 10_000, "INR"),
        ("２万～３万", 20_000, 30_000, None),
        ("500 a week", 2_166.67, 2_166.67, None),
    ],
)
def test_ways_of_writing_pay(text: str, least: float | None, most: float | None, currency: str | None) -> None:
    assert read(text) == [(least, most, currency, READ)]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Negotiable", "unstated"),
        ("面议", "unstated"),
        ("Competitive salary", "unstated"),
        ("0", "unstated"),
        ("soon", "unreadable"),
        ("10,000 ETB Fixed", "unreadable"),
        ("500 ETB per", "unreadable"),
        ("8k/月 or 400/day", "unreadable"),
        ("1e5", "unreadable"),
        ("nan", "unreadable"),
        ("1.2.3", "unreadable"),
        ("9" * 400, "unreadable"),
        ("3 - 5 years, 10k", "unreadable"),
        ("-5000", "negative"),
        ("€ -3", "negative"),
        ("20k-10k", "inverted"),
    ],
)
def test_what_is_no_pay(text: str, state: str) -> None:
    assert read(text) == [(None, None, None, state)]


def test_what_the_text_does_not_say_is_what_the_source_means() -> None:
    assert read("24000-36000", money=Money("ETB", "year")) == [(2_000, 3_000, "ETB", READ)]
    assert read("24000 a month", money=Money("ETB", "year")) == [(24_000, 24_000, "ETB", READ)]
    assert read("$100", "¥100", money=Money("CAD")) == [(100, 100, "CAD", READ), (100, 100, "CNY", READ)]
    assert read("¥100", money=Money("JPY")) == [(100, 100, "JPY", READ)]
    assert read(None, "", money=Money("ETB"))[0] == (None, None, None, None)


amounts = st.integers(1, 999_999)
signs = st.sampled_from(["", "$", "€", "¥", "ETB ", "CHF "])
periods = st.sampled_from(list(MONTH))


@settings(max_examples=60, deadline=None)
@given(pair=st.tuples(amounts, amounts), sign=signs, period=periods, dash=st.sampled_from(["-", " – ", " to ", "~"]))
def test_ranges_are_read_whatever_their_clothes(pair: tuple[int, int], sign: str, period: str, dash: str) -> None:
    low, high = sorted(pair)
    good, turned, negative = read(
        f"{sign}{low:,}{dash}{sign}{high:,} per {period}",
        f"{sign}{high:,}{dash}{sign}{low:,} per {period}",
        f"-{low:,}{dash}{high:,} per {period}",
    )
    assert good[3] == READ
    assert good[0] == pytest.approx(low * MONTH[period], abs=0.01)
    assert good[1] == pytest.approx(high * MONTH[period], abs=0.01)
    assert turned[3] == ("inverted" if low < high else READ)
    assert negative[3] == "negative"


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.sampled_from(list("0123456789.,-–kK万千 $€¥/月年时hourp+以上下面议至~'’元 一")), max_size=14)
    | st.text(max_size=10)
)
def test_any_text_is_read_soundly(text: str) -> None:
    ((least, most, currency, state),) = read(text)
    assert state in {"read", "unstated", "unreadable", "negative", "inverted"}
    if state != READ:
        assert (least, most, currency) == (None, None, None)
        return
    assert least is not None or most is not None
    assert all(0 <= value <= MOST for value in (least, most) if value is not None)
    assert least is None or most is None or least <= most
    # A text that is read means the same among others.
    assert read("15-25K", text, "soon")[1] == (least, most, currency, state)
