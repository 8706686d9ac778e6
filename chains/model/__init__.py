"""The recommendation model as array functions: capability, gap, candidates, ranking and diversity."""
