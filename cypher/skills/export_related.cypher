// All relations between skills as they stand.
// Scan: an export holds the whole vocabulary.
MATCH (a:Skill)-[r:RELATED]->(b:Skill)
RETURN a.code AS source, b.code AS target, r.kind AS kind
