// Codes, labels and ISCO groups of all clusters, how hot the served forecasts find them, and
// whether their early warning fired.
// Scan: a snapshot reads every one.
MATCH (n:JobCluster)
RETURN n.code AS code, n.label AS label, n.isco AS isco, n.warningIndex AS heat, n.warning AS warned
