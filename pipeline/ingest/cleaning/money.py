"""Parsing of pay into a monthly range with its currency."""

from __future__ import annotations

import polars as pl

from skillpath.pipeline.ingest.cleaning import money_words as words
from skillpath.pipeline.ingest.source_spec import Money

MONTH = {"hour": 40 * 52 / 12, "day": 5 * 52 / 12, "week": 52 / 12, "month": 1.0, "year": 1 / 12}
"""How many of each are paid a month: a week has 40 hours on 5 days, a year 52 weeks."""
MOST = 1e10
"""Above this, a month's pay in whatever currency is a slip."""
READ, UNSTATED, UNREADABLE, NEGATIVE, INVERTED = "read", "unstated", "unreadable", "negative", "inverted"
_UNITS = {"k": 1e3, "w": 1e4, "m": 1e6}
_WHOLE = (
    r"^(?P<sign>-)?\s*(?P<figures>\d[\d.,']*)\s*(?P<unit>[kwm])?"
    r"(?:\s*-\s*(?P<sign2>-)?\s*(?P<figures2>\d[\d.,']*)\s*(?P<unit2>[kwm])?)?$"
)


def read_pay(text: pl.Series, money: Money) -> pl.DataFrame:
    """Columns ``min``, ``max`` (a month), ``currency`` (ISO 4217) and ``state`` of pay as written; shape (n, 4).

    Of ``min`` and ``max`` one is null where only a limit is given, both unless ``state`` is read. ``currency`` is null
    where neither the text nor ``money`` says it; ``state`` is null where nothing is written.
    """
    written = text.alias("text").to_frame()
    distinct = written.unique().filter(pl.col("text").is_not_null())
    # Stage by stage: as one expression, each stage would be computed anew for each of its many uses.
    parts = distinct.with_columns(_folded().alias("folded"))
    parts = parts.with_columns(_currency(pl.col("folded"), money.currency).alias("currency"))
    parts = parts.with_columns(_plain(pl.col("folded")).alias("plain"))
    parts = parts.with_columns(_period(pl.col("plain"), money.period).alias("period"))
    parts = parts.with_columns(_bare(pl.col("plain")).alias("rest"))
    read = _stated(_amounts(parts))
    return written.join(read, on="text", how="left", maintain_order="left").drop("text")


def _folded() -> pl.Expr:
    return pl.col("text").str.normalize("NFKC").str.to_lowercase().str.replace_all(r"\s+", " ")


def _plain(text: pl.Expr) -> pl.Expr:
    """Without currencies and bonus months, figures apart from words, limits and units as single signs."""
    signs = "|".join([pattern for pattern, _ in words.CURRENCIES] + [pattern for pattern, *_ in words.SHARED])
    # “500 ETB per” was cut off before it said what for.
    text = (
        text.str.replace(r"\bper\s*$", "?").str.replace_all(words.BONUS, " ").str.replace_all(r"(\d)(\p{L})", "$1 $2")
    )
    text = text.str.replace_all(r"(\p{L})(\d)", "$1 $2")
    text = text.str.replace_all(rf"(^|[^\p{{L}}]|\p{{Han}})(?:{signs})($|[^\p{{L}}]|\p{{Han}})", "$1 $2")
    text = text.str.replace_all(r"\bbetween (.+?) and\b", "$1 -")
    text = text.str.replace_all(words.AT_MOST, " ≤ ").str.replace_all(words.DASHES, "-")
    text = text.str.replace_all(words.AT_LEAST, " ≥ ")
    for pattern, unit in ((words.MILLIONS, "m"), (words.TEN_THOUSANDS, "w"), (words.THOUSANDS, "k")):
        text = text.str.replace_all(pattern, f" {unit} ")
    return text


def _currency(text: pl.Expr, default: str) -> pl.Expr:
    found: list[pl.Expr] = []
    for pattern, code in words.CURRENCIES:
        whole = rf"(?:^|[^\p{{L}}]|\p{{Han}})(?:{pattern})(?:$|[^\p{{L}}]|\p{{Han}})"
        found.append(pl.when(text.str.contains(whole)).then(pl.lit(code)))
    for pattern, code, family in words.SHARED:
        found.append(pl.when(text.str.contains(pattern)).then(pl.lit(default if default in family else code)))
    return pl.coalesce(*found, pl.lit(default or None, dtype=pl.String))


def _period(text: pl.Expr, default: str) -> pl.Expr:
    """The one period that is named, the default where none is; two of them are no period."""
    named = [(period, text.str.contains(pattern)) for period, pattern in words.PERIODS]
    several = pl.sum_horizontal([hit.cast(pl.Int8) for _, hit in named]) > 1
    found = pl.coalesce(*[pl.when(hit).then(pl.lit(period)) for period, hit in named], pl.lit(default))
    return pl.when(~several).then(found)


def _bare(text: pl.Expr) -> pl.Expr:
    """What is left when periods, noise and brackets are gone: figures, units, dashes and limits, or it is no pay."""
    for _, pattern in words.PERIODS:
        text = text.str.replace_all(pattern, " ")
    text = text.str.replace_all(words.NOISE, " ").str.replace_all(r"[/():;|]|[.,]\s*$", " ")
    text = text.str.replace_all(r"(\d) (\d{3}\b)", "$1$2").str.replace_all(r"(\d) (\d{3}\b)", "$1$2")
    return text.str.replace_all(r"\s+", " ").str.strip_chars(" .,")


def _amounts(parts: pl.DataFrame) -> pl.DataFrame:
    """Add ``least`` and ``most`` a month, null where the rest is no amount; a single figure is both."""
    bare = pl.col("rest").str.replace_all("[≤≥]", " ").str.replace_all(r"\s+", " ").str.strip_chars()
    parts = parts.with_columns(bare.alias("bare"))
    parts = parts.with_columns(pl.col("bare").str.extract_groups(_WHOLE).alias("amounts")).unnest("amounts")
    parts = parts.with_columns(low=_number("figures", "unit"), high=_number("figures2", "unit2"))
    parts = parts.with_columns(pl.col("unit", "unit2").replace_strict(_UNITS, default=None, return_dtype=pl.Float64))
    # “15-25K” and “15k-25”: a unit that stands once is meant twice, where the figures then are in order.
    twice = pl.when(pl.col("low") <= pl.col("high")).then("unit2")
    parts = parts.with_columns(low=pl.col("low") * pl.coalesce("unit", twice, 1.0))
    again = pl.when(pl.col("high") < pl.col("low")).then("unit")
    parts = parts.with_columns(high=pl.col("high") * pl.coalesce("unit2", again, 1.0))
    a_month = pl.col("period").replace_strict(MONTH, default=None, return_dtype=pl.Float64)
    high = pl.when(pl.col("figures2").is_null()).then("low").otherwise("high")
    return parts.with_columns(least=(pl.col("low") * a_month).round(2), most=(high * a_month).round(2))


def _stated(parts: pl.DataFrame) -> pl.DataFrame:
    """The result for each distinct text: what is read, and how it went."""
    limits, least, most = pl.col("rest").str.count_matches("[≤≥]"), pl.col("least"), pl.col("most")
    single, signed = pl.col("figures2").is_null(), pl.any_horizontal(pl.col("sign", "sign2").is_not_null())
    silent = ~pl.col("bare").str.contains(r"\d") & pl.col("text").str.to_lowercase().str.contains(words.UNSTATED)
    known = least.is_between(0.0, MOST) & most.is_between(0.0, MOST) & ((limits == 0) | ((limits == 1) & single))
    parts = parts.with_columns(known=known.fill_null(value=False), silent=silent)
    state = (
        pl.when(~pl.col("known"))
        .then(pl.when("silent").then(pl.lit(UNSTATED)).otherwise(pl.lit(UNREADABLE)))
        .when(signed)
        .then(pl.lit(NEGATIVE))
        .when(most == 0.0)
        .then(pl.lit(UNSTATED))
        .when(least > most)
        .then(pl.lit(INVERTED))
        .otherwise(pl.lit(READ))
    )
    good = pl.col("state") == READ
    return parts.with_columns(state.alias("state")).select(
        "text",
        pl.when(good & ~pl.col("rest").str.contains("≤")).then(least).alias("min"),
        pl.when(good & ~pl.col("rest").str.contains("≥")).then(most).alias("max"),
        pl.when(good).then("currency").alias("currency"),
        "state",
    )


def _number(figures: str, unit: str) -> pl.Expr:
    """Figures as a number: marks before three digits are thousands, unless a unit says that they cannot be."""
    plain = pl.col(figures).str.replace_all("'", "").str.strip_chars_end(".,")
    english = plain.str.contains(r"^\d{1,3}(,\d{3})+(\.\d+)?$|^\d{1,2}(,\d{2})+,\d{3}(\.\d+)?$")
    dotted = plain.str.contains(r"^[1-9]\d{0,2}(\.\d{3})+(,\d+)?$|^[1-9]\d{0,2}(\.\d{3}){2,}$")
    dotted &= pl.col(unit).is_null() | plain.str.contains(",")
    simple = plain.str.contains(r"^\d+([.,]\d+)?$")
    text = (
        pl.when(english)
        .then(plain.str.replace_all(",", ""))
        .when(dotted)
        .then(plain.str.replace_all(".", "", literal=True).str.replace(",", "."))
        .when(simple)
        .then(plain.str.replace(",", "."))
    )
    return text.cast(pl.Float64, strict=False)
