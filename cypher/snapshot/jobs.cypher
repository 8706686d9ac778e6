// Codes and labels of all jobs.
// Scan: a snapshot reads every one.
MATCH (n:Job)
RETURN n.code AS code, n.label AS label
