// Which resource builds on which other one, as resources name their prerequisites; what is not known, and the resource itself, is left out.
// Scan: a prerequisite may come after what names it, so every resource is looked at.
MATCH (r:Resource)
CALL (r) {
  MATCH (r)-[old:BUILDS_ON]->(q)
  WHERE NOT q.code IN coalesce(r.prerequisites, [])
  DELETE old
}
WITH r
WHERE r.prerequisites IS NOT NULL
UNWIND r.prerequisites AS code
MATCH (q:Resource {code: code})
WHERE q <> r
MERGE (r)-[:BUILDS_ON]->(q)
