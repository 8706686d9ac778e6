"""Inference with a trained model: forecasts, the artifact on disk and the model card."""
