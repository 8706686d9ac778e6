// Codes and labels of all projects.
// Scan: a snapshot reads every one.
MATCH (n:Project)
RETURN n.code AS code, n.label AS label
