"""Synthetic town: a mid-size university town whose people, courses and jobs are all made up."""

from skillpath.synthetic.generate import generate_town
from skillpath.synthetic.scales import settings_of
from skillpath.synthetic.town_settings import TownSettings, TownSummary

__all__ = ["TownSettings", "TownSummary", "generate_town", "settings_of"]
