"""Queries that verify the chains of a run against the stored graph."""

from __future__ import annotations

from skillpath.cypher import query

STUDENTS = query("verification/list_students", "run")
RUN_CHAINS = query("verification/count_run", "run")
CHAINS = query("verification/count_chains", "students", "run")
BROKEN_PATHS = query("verification/broken_paths", "students", "run")
BROKEN_STEPS = query("verification/broken_steps", "students", "run", "precision", "job", "project")
BROKEN_NUMBERS = {
    "sums": query("verification/broken_sums", "students", "run", "precision"),
    "gaps": query("verification/broken_gaps", "students", "run", "precision"),
    "levels": query("verification/broken_levels", "students", "run", "precision"),
    "plans": query("verification/broken_plans", "students", "run", "precision"),
}
