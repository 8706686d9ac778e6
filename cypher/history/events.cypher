// Training events of students and resources that their sources still list: one row a student, with lists of one length.
// A list a student is a fifth of the work of a row an event; a score that is not there is no number.
// Scan: models learn from all events.
MATCH (s:Student)
WHERE s.removed IS NULL
CALL (s) {
  MATCH (s)-[e:TRAINED]->(r:Resource)
  WHERE e.removed IS NULL AND r.removed IS NULL AND e.at IS NOT NULL AND e.kind IS NOT NULL
  RETURN collect(r.code) AS resource, collect(e.kind) AS kind,
    collect(toInteger(floor(e.at.epochSeconds / 86400.0))) AS day, collect(coalesce(e.score, 0.0 / 0.0)) AS score
}
RETURN s.code AS student, resource, kind, day, score
