"""Forecasting of many monthly count series with a graph of co-required skills."""

from skillpath.embeddings.series.count_errors import METRICS, compute_errors
from skillpath.embeddings.series.panel import Panel, neighbours
from skillpath.embeddings.series.series_model import SeriesModel, SeriesSettings, fit, forecast

__all__ = ["METRICS", "Panel", "SeriesModel", "SeriesSettings", "compute_errors", "fit", "forecast", "neighbours"]
