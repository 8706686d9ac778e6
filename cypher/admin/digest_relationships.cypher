// Every relationship that readers can see, for the digest.
// Scan: a digest is of the whole graph.
MATCH (a)-[r]->(b)
WHERE NOT a:Serving AND NOT a:__Neo4jMigration AND NOT b:Exposure AND (r.run IS NULL OR r.run IN $runs)
  AND (a.run IS NULL OR a.run IN $runs) AND (b.run IS NULL OR b.run IN $runs)
RETURN type(r) AS type, coalesce(a.code, a.id) AS source,
  CASE WHEN b:Forecast THEN substring(b.code, size(b.run)) ELSE coalesce(b.code, b.id) END AS target,
  properties(r) AS properties
