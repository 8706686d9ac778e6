// Keeps what somebody did with a served recommendation, once for each key, with all that was said of it then, as the run will be swept.
MATCH (:Serving {name: $serving})-[:USES]->(run:Run)
MATCH (r:Recommendation {id: $recommendation, run: run.id})
MATCH (s:Student)-[:RECEIVED]->(r)
MATCH (r)-[:SUGGESTS]->(x)
OPTIONAL MATCH (r)-[:TOWARD]->(c:JobCluster)
MERGE (f:Feedback {code: $key})
ON CREATE SET f.event = $event, f.recommendation = r.id, f.at = datetime(), f.by = $by, f.stamp = $stamp, f.path = r.path,
  f.toward = c.code, f.rank = r.rank, f.score = r.score, f.servedRun = r.run, f.weights = r.weights,
  f.contributions = r.contributions, f.source = 'skillpath'
WITH f, s, x, f.stamp = $stamp AS isNew
FOREACH (once IN CASE WHEN isNew THEN [true] ELSE [] END |
  MERGE (s)-[:GAVE]->(f)
  MERGE (f)-[:ABOUT]->(x)
)
RETURN f.event AS event, f.recommendation AS recommendation, isNew
