"""Evaluation of forecasts: metrics, tables and figures, the same for every model."""
