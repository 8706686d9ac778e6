"""Curation of the vocabulary: decisions about terms and skills, and the changes they make."""
