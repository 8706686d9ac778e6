// Every node that readers can see, for the digest; the code of a forecast names its run, which is left out.
// Scan: a digest is of the whole graph.
MATCH (n)
WHERE NOT n:Run AND NOT n:Serving AND NOT n:Source AND NOT n:Exposure AND NOT n:PolicyUpdate AND NOT n:__Neo4jMigration AND (n.run IS NULL OR n.run IN $runs)
RETURN labels(n) AS labels, CASE WHEN n:Forecast THEN substring(n.code, size(n.run)) ELSE coalesce(n.code, n.id) END AS key,
  CASE WHEN n:Forecast THEN n {.*, code: null} ELSE properties(n) END AS properties
