// Codes and labels of all resources.
// Scan: a snapshot reads every one.
MATCH (n:Resource)
RETURN n.code AS code, n.label AS label
