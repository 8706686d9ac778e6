"""The schema, one immutable Cypher file per version."""
