"""Cleaning of tables into contract records, in named and counted steps."""

from skillpath.pipeline.ingest.cleaning.cleaned import CleaningResult, StepCount
from skillpath.pipeline.ingest.cleaning.rules import RULES
from skillpath.pipeline.ingest.cleaning.steps import STEPS, clean

__all__ = ["RULES", "STEPS", "CleaningResult", "StepCount", "clean"]
