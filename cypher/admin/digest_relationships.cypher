// Every relationship that readers can see, for the digest.
// Scan: a digest is of the whole graph.
MATCH (a)-[r]->(b)
WHERE NOT a:Serving AND NOT a:__Neo4jMigration
  AND (r.run IS NULL OR r.run = $run) AND (a.run IS NULL OR a.run = $run) AND (b.run IS NULL OR b.run = $run)
RETURN type(r) AS type, coalesce(a.code, a.id) AS source, coalesce(b.code, b.id) AS target, properties(r) AS properties
