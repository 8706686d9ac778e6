"""Text, training sequences and the graph, fused to foresee demand and gap of each job cluster (2–12)."""
