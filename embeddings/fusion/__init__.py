"""Fused model of text, training sequences, graph and series that forecasts demand and gap of job clusters (2–12)."""
