// All students that their sources still list, with cohort, graduation, region and gender.
// Scan: a snapshot reads every one.
MATCH (n:Student)
WHERE n.removed IS NULL
RETURN n.code AS code, n.label AS label, n.cohort AS cohort, n.gender AS gender,
  duration.inDays(date('1970-01-01'), n.graduatesAt).days AS graduates, [(n)-[:IN_REGION]->(g) | g.code][0] AS region
