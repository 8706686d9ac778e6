"""Recommendation chains as plain array functions: capability, gap, bridging, ranking and explanation."""
