"""Training steps on the graph: history, model training, publishing of vectors and forecasts."""
