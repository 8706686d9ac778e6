// Codes and labels of all resources that their sources still list.
// Scan: a snapshot reads every one.
MATCH (n:Resource)
WHERE n.removed IS NULL
RETURN n.code AS code, n.label AS label
