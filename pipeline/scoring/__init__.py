"""Scoring steps on the graph: whole runs, refreshes, explanations on demand, policy and verification."""
