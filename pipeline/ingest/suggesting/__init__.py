"""Proposals for unknown files: what their columns look like, which field each fills, and the section that says so."""
