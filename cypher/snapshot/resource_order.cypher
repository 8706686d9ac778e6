// Which resource builds on which other one.
// Scan: a snapshot reads every such link.
MATCH (r:Resource)-[:BUILDS_ON]->(q:Resource)
RETURN r.code AS source, q.code AS target, 1.0 AS value
