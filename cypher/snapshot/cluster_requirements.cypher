// Requirements of all job clusters, and how much each counts.
// Scan: a snapshot reads every requirement.
MATCH (c:JobCluster)-[r:REQUIRES]->(s:Skill)
RETURN c.code AS source, s.code AS target, r.level AS value, r.weight AS weight
