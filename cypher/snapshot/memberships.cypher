// Projects that students joined, and when.
// Scan: a snapshot reads every membership.
MATCH (s:Student)-[m:JOINED]->(p:Project) WHERE m.removed IS NULL
RETURN s.code AS source, p.code AS target, 1.0 AS value, duration.inDays(date('1970-01-01'), m.joinedAt).days AS day
