"""How long work took, as log lines say it."""

from __future__ import annotations

import time


def ms_since(started: float) -> float:
    """Milliseconds since ``started``, a value of ``time.monotonic()``."""
    return round((time.monotonic() - started) * 1000, 1)
