"""Vocabulary steps on the graph: ontology import, releases, crosswalk, matcher and quality report."""
