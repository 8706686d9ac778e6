"""Ranks skills for a term or a sentence: lexical and semantic scores, fused, with a calibrated probability."""
