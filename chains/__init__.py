"""The heart: capability, gap, bridging, ranking and explanation as plain array functions."""
