"""Models learned from the graph's history: arrays in, arrays out; no database, no GraphQL."""
