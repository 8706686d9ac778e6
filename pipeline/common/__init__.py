"""Settings, progress and hashing that all pipeline steps share."""
