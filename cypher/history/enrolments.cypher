// Who took which resource when, how far and how well; without a day nothing can be learned from it in time.
// Scan: models learn from all enrolments.
MATCH (s:Student)-[e:ENROLLED_IN]->(r:Resource)
WHERE e.removed IS NULL AND s.removed IS NULL AND r.removed IS NULL AND e.at IS NOT NULL
RETURN e.code AS code, s.code AS student, r.code AS resource,
  duration.inDays(date('1970-01-01'), e.at).days AS day, e.progress AS progress, e.practice AS practice, e.score AS score
