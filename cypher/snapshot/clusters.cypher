// Codes and labels of all clusters, and how hot the served forecasts find them.
// Scan: a snapshot reads every one.
MATCH (n:JobCluster)
RETURN n.code AS code, n.label AS label, n.warningIndex AS heat
