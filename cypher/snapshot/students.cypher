// Codes and labels of all students that their sources still list.
// Scan: a snapshot reads every one.
MATCH (n:Student)
WHERE n.removed IS NULL
RETURN n.code AS code, n.label AS label
