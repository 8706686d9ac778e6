// Requirements of all projects.
// Scan: a snapshot reads every requirement.
MATCH (p:Project)-[r:REQUIRES]->(s:Skill)
RETURN p.code AS source, s.code AS target, r.level AS value
