"""Progression between courses: transitions, the log-linear model of the next course, and its choice."""
