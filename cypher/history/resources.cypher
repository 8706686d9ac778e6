// What each resource teaches that its source still lists.
// Scan: models learn from all resources.
MATCH (n:Resource) WHERE n.removed IS NULL
RETURN n.code AS code, n.label AS label, n.text AS about
