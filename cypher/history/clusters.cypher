// What each job cluster is.
// Scan: models learn from the whole vocabulary.
MATCH (n:JobCluster)
RETURN n.code AS code, n.label AS label, n.definition AS about
