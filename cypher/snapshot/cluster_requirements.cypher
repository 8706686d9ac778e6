// Requirements of all job clusters.
// Scan: a snapshot reads every requirement.
MATCH (c:JobCluster)-[r:REQUIRES]->(s:Skill)
RETURN c.code AS source, s.code AS target, r.level AS value
