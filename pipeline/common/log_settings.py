"""Settings of the log."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LoggingSettings:
    """What is logged and how; lines go to standard error.

    Attributes:
        level: debug, info, warning or error; empty for warning on the command line and info in the service.
        json: one JSON object a line for programs, instead of lines for people.
        libraries: lowest level of lines that come from libraries, whose debug lines may hold personal data.
    """

    level: str = ""
    json: bool = False
    libraries: str = "warning"
