// Students with the highest-scored chains of a run, as examples to try.
MATCH (r:Recommendation {run: $run})
WHERE r.rank = 1 AND r.path = 'TRAINING'
WITH r ORDER BY r.score DESC, r.id LIMIT $first
MATCH (s:Student)-[:RECEIVED]->(r)
RETURN s.code AS code
