// What each project is about that its source still lists.
// Scan: models learn from all projects.
MATCH (n:Project) WHERE n.removed IS NULL
RETURN n.code AS code, n.label AS label, n.text AS about
