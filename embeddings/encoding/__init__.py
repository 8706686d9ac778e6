"""Vectors of long texts at speed: sentences shared, a quantised model, and a store that keeps what was encoded."""
