// Who joined which project when.
// Scan: models learn from all memberships.
MATCH (s:Student)-[m:JOINED]->(p:Project)
WHERE m.removed IS NULL AND s.removed IS NULL AND p.removed IS NULL AND m.joinedAt IS NOT NULL
RETURN m.code AS code, s.code AS student, p.code AS project,
  duration.inDays(date('1970-01-01'), m.joinedAt).days AS day
