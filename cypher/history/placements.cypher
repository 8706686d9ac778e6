// Internships and jobs, with the cluster of the post where one is known.
// Scan: models learn from all placements.
MATCH (s:Student)-[w:WORKED_AT]->(x)
WHERE w.removed IS NULL AND s.removed IS NULL AND w.from IS NOT NULL
OPTIONAL MATCH (x)-[:IN_CLUSTER]->(c:JobCluster)
RETURN w.code AS code, s.code AS student, c.code AS cluster,
  duration.inDays(date('1970-01-01'), w.from).days AS day, duration.inDays(date('1970-01-01'), w.to).days AS ends,
  w.rating AS rating
