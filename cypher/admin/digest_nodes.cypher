// Every node that readers can see, for the digest.
// Scan: a digest is of the whole graph.
MATCH (n)
WHERE NOT n:Run AND NOT n:Serving AND NOT n:Source AND NOT n:__Neo4jMigration AND (n.run IS NULL OR n.run = $run)
RETURN labels(n) AS labels, coalesce(n.code, n.id) AS key, properties(n) AS properties
