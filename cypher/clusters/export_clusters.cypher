// The occupations of a source (of all where it is null) as they stand.
// Scan: an export holds the whole vocabulary.
MATCH (c:JobCluster)
WHERE ($source IS NULL OR c.source = $source) AND c.vanished IS NULL
RETURN c.code AS code, c.label AS label, c.altLabels AS altLabels, c.definition AS definition, c.isco AS isco, c.uri AS uri
