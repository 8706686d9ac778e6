// Labels of every job cluster that its vocabulary still has, to find them in titles.
// Scan: the finder is built from all occupations.
MATCH (c:JobCluster)
WHERE c.vanished IS NULL
RETURN c.code AS code, c.label AS label, c.altLabels AS altLabels, c.isco AS isco
