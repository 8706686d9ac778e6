"""Readers and writers of vocabulary formats: ESCO, O*NET, SKOS and plain CSV."""
