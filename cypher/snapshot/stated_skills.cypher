// Capabilities that a source stated; what runs computed is left out.
// Scan: a snapshot reads every student.
MATCH (s:Student)-[h:HAS]->(k:Skill) WHERE h.run IS NULL
RETURN s.code AS source, k.code AS target, h.level AS value
