"""The fused network: channels, graph encoder, gates and heads."""
