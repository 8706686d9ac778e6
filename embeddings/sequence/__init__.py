"""Sequences of training events: padded paths, a GRU over them with gaps and masks, fused with what sums them up."""
