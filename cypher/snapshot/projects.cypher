// All projects that their sources still list, with their dates and region.
// Scan: a snapshot reads every one.
MATCH (n:Project)
WHERE n.removed IS NULL
RETURN n.code AS code, n.label AS label, duration.inDays(date('1970-01-01'), n.startedAt).days AS opened,
  duration.inDays(date('1970-01-01'), n.endedAt).days AS closes, [(n)-[:IN_REGION]->(g) | g.code][0] AS region
