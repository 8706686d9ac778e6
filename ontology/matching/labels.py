"""Label normalisation: the key under which spellings of one name are equal."""

from __future__ import annotations

import polars as pl

from skillpath.ontology.matching.chinese_characters import simplified
from skillpath.ontology.matching.text_cleaning import INVISIBLE

# What stands for a kept "." "+" and "#" while other punctuation becomes a space.
_DOT, _PLUS, _HASH = "\ue000", "\ue001", "\ue002"
_SPELLING = {
    r"\b([a-z]{3,})is(e|ed|er|ing|ation|ational)\b": "${1}iz${2}",
    r"\b([a-z]{2,})ys(e|ed|er|ing)\b": "${1}yz${2}",
    r"\b(behavi|col|fav|harb|hon|lab|neighb)our": "${1}or",
    r"\b(cent|theat|lit|fib)re\b": "${1}er",
    r"\b(program)me\b": "${1}",
    r"\b(licen|defen)ce\b": "${1}se",
    r"\b(model|travel|label|counsel|signal|cancel)l(ed|er|ing)\b": "${1}${2}",
}
_PLURALS = {
    r"\b([a-z]{3,})ies\b": "${1}y",
    r"\b([a-z]{2,}(?:ss|sh|ch|x))es\b": "${1}",
    r"\b([a-z]{2,}[a-hj-rtv-z])s\b": "${1}",
    r"\b(api|gui|kpi)s\b": "${1}",
}


def normalised(column: pl.Expr) -> pl.Expr:
    """The key of each text, in these steps.

    1. Invisible characters go; NFKC, lower case, ``ß`` to ``ss``, common traditional Chinese characters simplified.
    2. A qualifier in brackets at the end is left out: ``java (computer programming)`` is ``java``.
    3. ``&`` is ``and``; apostrophes go; other punctuation is a space, except where it is part of a name:
       ``c++``, ``c#``, ``.net``, ``node.js``.
    4. Plurals of words of four letters or more become singular, British spellings American.
    5. White space is single.
    """
    text = _folded(column).str.normalize("NFKC").str.replace_all(r"[\p{Cc}\p{Cf}\p{Co}]+", " ")
    return _spelled(_punctuated(_unqualified(text))).str.replace_all(r"\s+", " ").str.strip_chars()


def normalise(text: str) -> str:
    """The key of one text, by the same steps as `normalised`.

    >>> normalise("Managing  Databases & Servers")
    'managing database and server'
    >>> normalise("Java (computer programming)"), normalise("C++/C#, .NET; Node.js")
    ('java', 'c++ c# .net node.js')
    >>> normalise("Organisational behaviour") == normalise("organizational Behavior")
    True
    >>> normalise("driver's licence"), normalise("ＡＰＩ－design")
    ('driver license', 'api design')
    """
    return str(pl.Series([text]).to_frame("text").select(normalised(pl.col("text"))).item())


def _folded(column: pl.Expr) -> pl.Expr:
    shown = column.str.replace_all(f"[{INVISIBLE}]", "")
    lower = shown.str.normalize("NFKC").str.to_lowercase()
    return simplified(lower.str.replace_all("ß", "ss").str.replace_all("ς", "σ"))


def _unqualified(text: pl.Expr) -> pl.Expr:
    return text.str.replace(r"^(.*\S)\s*\([^()]*\)\s*$", "${1}")


def _punctuated(text: pl.Expr) -> pl.Expr:
    kept = (
        text.str.replace_all(r"\.([\p{L}\p{N}])", _DOT + "${1}")
        .str.replace_all(r"([\p{L}\p{N}])\+\+", "${1}" + _PLUS + _PLUS)
        .str.replace_all(r"([\p{L}\p{N}])#", "${1}" + _HASH)
    )
    words = kept.str.replace_all("&(amp;)?", " and ").str.replace_all("['’ʼ`]", "")
    spaced = words.str.replace_all(rf"[^\p{{L}}\p{{M}}\p{{N}}{_DOT}{_PLUS}{_HASH}]+", " ")
    return spaced.str.replace_all(_DOT, ".").str.replace_all(_PLUS, "+").str.replace_all(_HASH, "#")


def _spelled(text: pl.Expr) -> pl.Expr:
    for pattern, target in (_PLURALS | _SPELLING).items():
        text = text.str.replace_all(pattern, target)
    return text
