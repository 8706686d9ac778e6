"""Proposals of a source section for an unknown file."""
