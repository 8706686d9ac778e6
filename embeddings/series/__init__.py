"""Forecasting of many monthly count series with a graph of what is asked for together."""

from skillpath.embeddings.series.metrics import METRICS, errors
from skillpath.embeddings.series.model import SeriesModel, SeriesSettings, fit, forecast
from skillpath.embeddings.series.panel import Panel, neighbours

__all__ = ["METRICS", "Panel", "SeriesModel", "SeriesSettings", "errors", "fit", "forecast", "neighbours"]
