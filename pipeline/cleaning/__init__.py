"""From cells to a contract in small named steps, each with its count; what fails is quarantined."""

from skillpath.pipeline.cleaning.cleaned import Cleaned, StepCount
from skillpath.pipeline.cleaning.steps import STEPS, clean

__all__ = ["STEPS", "Cleaned", "StepCount", "clean"]
