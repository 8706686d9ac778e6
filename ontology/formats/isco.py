"""Titles of the sub-major groups of the International Standard Classification of Occupations (ISCO-08)."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def read_sub_major_groups() -> dict[str, str]:
    """Title of each sub-major group by its two digits; ILO, International Standard Classification of Occupations 2008.

    >>> read_sub_major_groups()["25"]
    'Information and communications technology professionals'
    """
    file = files("skillpath.ontology.formats") / "isco_sub_major_groups.csv"
    return {row["code"]: row["label"] for row in csv.DictReader(file.read_text("utf-8").splitlines())}
