"""The recommendation model as array functions: capability, gap, candidates, ranking, diversity and plans."""
