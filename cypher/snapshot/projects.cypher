// Codes and labels of all projects that their sources still list.
// Scan: a snapshot reads every one.
MATCH (n:Project)
WHERE n.removed IS NULL
RETURN n.code AS code, n.label AS label
