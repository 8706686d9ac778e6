"""Sequence models of training events: padded paths, a GRU with gaps and masks, fused with a summary."""
