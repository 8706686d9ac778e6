// Training events of students and resources that their sources still list.
// Scan: models learn from all events.
MATCH (s:Student)-[e:TRAINED]->(r:Resource)
WHERE e.removed IS NULL AND s.removed IS NULL AND r.removed IS NULL AND e.at IS NOT NULL
RETURN e.code AS code, s.code AS student, r.code AS resource, e.kind AS kind,
  duration.inDays(date('1970-01-01'), date(e.at)).days AS day, e.score AS score
