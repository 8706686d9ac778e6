"""Judging forecasts: metrics, tables, figures; the same for every model."""
