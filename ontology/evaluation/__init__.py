"""Measures matching on annotated sentences and spans, against baselines in the same run."""
