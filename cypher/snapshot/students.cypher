// Codes and labels of all students.
// Scan: a snapshot reads every one.
MATCH (n:Student)
RETURN n.code AS code, n.label AS label
