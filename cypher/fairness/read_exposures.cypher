// Every chain of a run: to whom, on which path and place, what it suggests, closes and scores.
MATCH (r:Recommendation {run: $run}) USING INDEX r:Recommendation(run)
MATCH (s:Student)-[:RECEIVED]->(r)-[:SUGGESTS]->(x)
RETURN s.code AS student, r.path AS path, r.rank AS rank, x.code AS item, r.gain AS gain, r.score AS score
