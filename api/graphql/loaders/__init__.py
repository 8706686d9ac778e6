"""Per-request dataloaders: one database query for all that one request asks for."""
