"""Word lists of the pay parser, English and Chinese."""

from __future__ import annotations

CURRENCIES = (
    (r"us\$|usd|美元|美金|u\.s\. dollars?", "USD"),
    (r"hk\$|hkd|港币|港元", "HKD"),
    (r"nt\$|twd|新台币|台币", "TWD"),
    (r"nz\$|nzd", "NZD"),
    (r"sg\$|s\$|sgd", "SGD"),
    (r"au?\$|aud", "AUD"),
    (r"ca?\$|cad", "CAD"),
    (r"r\$|brl", "BRL"),
    (r"mx\$|mxn", "MXN"),
    (r"€|eur|euros?|欧元", "EUR"),
    (r"£|gbp|pounds?|英镑", "GBP"),
    (r"jpy|yen|日元|円", "JPY"),
    (r"cny|rmb|yuan|人民币|元", "CNY"),
    (r"etb|birr|br", "ETB"),
    (r"₹|inr|rs\.?|rupees?", "INR"),
    (r"kes|ksh\.?", "KES"),
    (r"₦|ngn|naira", "NGN"),
    (r"chf", "CHF"),
    (r"sek", "SEK"),
    (r"nok", "NOK"),
    (r"dkk", "DKK"),
    (r"zł|pln", "PLN"),
    (r"czk|kč", "CZK"),
    (r"zar", "ZAR"),
    (r"₩|krw|won", "KRW"),
    (r"aed", "AED"),
    (r"ghs", "GHS"),
)
"""(pattern, ISO 4217), the first that is found counts; signs shared by several currencies are in ``SHARED``."""
SHARED = (
    (r"\$|dollars?", "USD", ("USD", "AUD", "CAD", "HKD", "NZD", "SGD", "TWD", "MXN")),
    ("¥", "CNY", ("CNY", "JPY")),
)
"""(pattern, ISO 4217 it is taken for, those it is taken for instead where the source is meant in one of them)."""

PERIODS = (
    ("hour", r"\b(?:hourly|hours?|hrs?|h)\b|小时|时薪|时"),
    ("day", r"\b(?:daily|days?)\b|日薪|天|日"),
    ("week", r"\b(?:weekly|weeks?|wks?)\b|周薪|周"),
    ("month", r"\b(?:monthly|months?|mths?|mo|pm|p\.m)\b\.?|月薪|月"),
    ("year", r"\b(?:yearly|years?|yrs?|annually|annual|annum|pa|p\.a)\b\.?|年薪|年"),
)
BONUS = r"[*×x·.,(（]?\s*\d{1,2}\s*薪[)）]?"
"""“14薪”: months paid in a year; the monthly pay stays what it is."""

AT_LEAST = r"\b(?:from|minimum|min|at least|starting at|starting|above|over|more than|and up)\b|以上|不低于|起|\+|≥|>=?"
AT_MOST = r"\b(?:up to|maximum|max|at most|below|under|less than)\b|以下|以内|不超过|≤|<=?"
DASHES = r"[‐‑–—―−~〜]|\bto\b|至|到"
UNSTATED = (
    r"面议|面谈|待定|negotiab|negotiation|competitive|attractive|as per|depend|\bdoe\b|\btb[ad]\b|undisclosed|"
    r"not (?:stated|specified|disclosed)|confidential|company scale|on request"
)
NOISE = (
    r"\b(?:per|an?|the|each|every|salary|pay|wages?|remuneration|net|gross|before tax|after tax|approximately|approx|"
    r"about|around|circa|ca|negotiable|or)\b|税前|税后|薪资|工资|薪|面议|每|左右|约"
)
MILLIONS, TEN_THOUSANDS, THOUSANDS = r"\b(?:millions?|mln|mn)\b|百万", "万", r"\bthousands?\b|千"
