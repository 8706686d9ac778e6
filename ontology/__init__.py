"""The domain language: skills, terms and mappings, their readers and matchers; no database call."""
