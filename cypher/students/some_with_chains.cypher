// Students with most chains of a run, of those with the highest-scored ones, as examples to try.
MATCH (r:Recommendation {run: $run})
WHERE r.rank = 1 AND r.path = 'TRAINING'
WITH r ORDER BY r.score DESC, r.id LIMIT 100
MATCH (s:Student)-[:RECEIVED]->(r)
WITH s, r, COUNT { (s)-[:RECEIVED]->(other) WHERE other.run = $run } AS chains
RETURN s.code AS code ORDER BY chains DESC, r.score DESC, code LIMIT $first
