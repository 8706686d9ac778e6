"""Sources into the graph: source specifications, reading, cleaning, contracts, quarantine and sync."""
