"""From cells to a contract in small named steps, each with its count; what fails is quarantined."""

from skillpath.pipeline.ingest.cleaning.cleaned import CleaningResult, StepCount
from skillpath.pipeline.ingest.cleaning.rules import RULES
from skillpath.pipeline.ingest.cleaning.steps import STEPS, clean

__all__ = ["RULES", "STEPS", "CleaningResult", "StepCount", "clean"]
