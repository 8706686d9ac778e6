"""Scores in the graph: snapshot, student profiles, write-back, exposures, feedback and policy."""
