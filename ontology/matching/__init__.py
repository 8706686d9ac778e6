"""Matching of terms to skills by label: normalisation, stems, Chinese forms and close spellings."""
