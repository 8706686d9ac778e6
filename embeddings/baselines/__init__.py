"""Baselines of the fused model, with the same inputs, the same split and the same number of trials."""
