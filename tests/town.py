"""Settings of the synthetic town that tests load: smaller than the demo's, which the README's walk generates."""

from __future__ import annotations

from skillpath.synthetic import TownSettings

TOWN = TownSettings(postings=1000, students=250, resources=120, projects=40, feedback=100)
