// Labels of every job cluster, to find them in headlines.
// Scan: the scanner is built from all occupations.
MATCH (c:JobCluster)
RETURN c.code AS code, c.label AS label, c.altLabels AS altLabels
