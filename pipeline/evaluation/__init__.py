"""Evaluation on the graph: forecasts against baselines, and fairness of a served run."""
