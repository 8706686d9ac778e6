"""State-space model of monthly postings and the class probabilities that follow from it."""
