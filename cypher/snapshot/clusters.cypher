// Codes and labels of all clusters.
// Scan: a snapshot reads every one.
MATCH (n:JobCluster)
RETURN n.code AS code, n.label AS label
