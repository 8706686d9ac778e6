"""The default of structlog until somebody configures it: lines go to the standard library's logging."""

from __future__ import annotations

import structlog


def set_log_defaults() -> None:
    """Keep notebooks and scripts quiet below warnings; structlog by itself prints every line on standard output."""
    if not structlog.is_configured():
        structlog.configure(
            processors=[
                structlog.stdlib.filter_by_level,
                structlog.processors.format_exc_info,
                structlog.processors.KeyValueRenderer(key_order=["event"]),
            ],
            wrapper_class=structlog.stdlib.BoundLogger,
            logger_factory=structlog.stdlib.LoggerFactory(),
        )
