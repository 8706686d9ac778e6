// Which change was the last of each student.
// Scan: a score is of every student.
MATCH (s:Student)
WHERE s.removed IS NULL
RETURN s.code AS code, toString(s.updatedAt) AS seen
