// When students came, and when they are due to graduate.
// Scan: models learn from all students.
MATCH (s:Student)
WHERE s.removed IS NULL
RETURN s.code AS code, s.cohort AS cohort,
  duration.inDays(date('1970-01-01'), s.graduatesAt).days AS graduates
