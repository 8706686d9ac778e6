"""Curation decisions in the graph: transactions, slices, queue reads and the revision file."""
