"""Queries that verify the chains of a run against the stored graph."""

from __future__ import annotations

from skillpath.cypher import query

STUDENTS = query("walks/list_students", "run")
RUN_CHAINS = query("walks/count_run", "run")
CHAINS = query("walks/count_chains", "students", "run")
BROKEN_PATHS = query("walks/broken_paths", "students", "run")
BROKEN_STEPS = query("walks/broken_steps", "students", "run", "precision", "job", "project")
BROKEN_NUMBERS = {
    "sums": query("walks/broken_sums", "students", "run", "precision"),
    "gaps": query("walks/broken_gaps", "students", "run", "precision"),
    "levels": query("walks/broken_levels", "students", "run", "precision"),
    "plans": query("walks/broken_plans", "students", "run", "precision"),
}
