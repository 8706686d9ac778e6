"""Shared code of the models: arrays, the training loop and checkpoints."""
