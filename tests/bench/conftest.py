"""Lets the tests of this folder import ``bench``, which is not installed."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = str(Path(__file__).parents[2])
# At the end: a room found here before its installed name would be imported twice.
if ROOT not in sys.path:
    sys.path.append(ROOT)
