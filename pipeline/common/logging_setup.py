"""Configures structlog and the standard library's logging, once a process: one format, standard error, no secrets."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import replace

import structlog
from structlog.typing import Processor

from skillpath.errors import BadInput
from skillpath.pipeline.common.log_settings import LoggingSettings
from skillpath.pipeline.common.redaction import redact
from skillpath.pipeline.common.settings import Settings

OURS = "skillpath"
"""Parent of the loggers of all our modules, which are named after them."""
LEVELS = ("debug", "info", "warning", "error")


class StderrHandler(logging.Handler):
    """Writes to what standard error is at that moment: a progress bar replaces it while it is drawn."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        try:
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()
        except Exception:
            self.handleError(record)


def configure_logging(settings: LoggingSettings | None = None, *, default: str = "warning") -> None:
    """Send all log lines to standard error as the settings say; calling it again replaces what was configured.

    Args:
        default: level where the settings name none.

    Raises:
        BadInput: no such level.
    """
    chosen = settings or LoggingSettings()
    level, libraries = _level(chosen.level or default, "level"), _level(chosen.libraries, "libraries")
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = StderrHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared(),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(chosen)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [kept for kept in root.handlers if not isinstance(kept, StderrHandler)]
    root.addHandler(handler)
    root.setLevel(libraries)
    logging.getLogger(OURS).setLevel(level)


def configure_from_settings(*, verbose: bool = False) -> None:
    """As `configure_logging` for a command, with the settings of this process as far as they can be read.

    Args:
        verbose: lines of level info too, whatever the settings say.
    """
    try:
        settings = Settings(os.environ).section("logging", LoggingSettings)
        _level(settings.level or LEVELS[0], "level")
    except BadInput:
        # A command that needs settings says what is wrong with them.
        settings = LoggingSettings()
    if verbose and settings.level.lower() != "debug":
        settings = replace(settings, level="info")
    configure_logging(settings)


def _shared() -> list[Processor]:
    """What is added to every line, whoever logged it."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _rendering(settings: LoggingSettings) -> list[Processor]:
    # Tracebacks are texts without local variables, which may hold a password, and are redacted like all else.
    text: list[Processor] = [structlog.processors.format_exc_info, redact]
    if settings.json:
        return [*text, structlog.processors.JSONRenderer(default=str)]
    colours = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    plain = structlog.dev.plain_traceback
    return [*text, structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain, pad_event_to=0)]


def _level(name: str, setting: str) -> int:
    if name.lower() not in LEVELS:
        raise BadInput(f"No log level {name!r}", where=f"logging.{setting}", todo=f"Use {', '.join(LEVELS)}")
    return logging.getLevelNamesMapping()[name.upper()]
