// The occupations of one release.
MATCH (c:JobCluster {source: $source})
WHERE c.vanished IS NULL
RETURN c.code AS code, c.label AS label, c.altLabels AS altLabels, c.definition AS definition, c.isco AS isco, c.uri AS uri
