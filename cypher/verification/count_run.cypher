// How many chains a run has, whoever received them.
MATCH (r:Recommendation {run: $run})
RETURN count(r) AS chains
