"""The synthetic demo town: a mid-size university town whose people, courses and jobs are all made up."""

from skillpath.pipeline.town.generate import generate_town
from skillpath.pipeline.town.scales import settings_of
from skillpath.pipeline.town.settings import TownSettings, TownSummary

__all__ = ["TownSettings", "TownSummary", "generate_town", "settings_of"]
