// Requirements of all posts.
// Scan: a snapshot reads every requirement.
MATCH (j:Job)-[r:REQUIRES]->(s:Skill)
RETURN j.code AS source, s.code AS target, r.level AS value
