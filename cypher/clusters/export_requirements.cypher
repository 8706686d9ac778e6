// What occupations require, as it stands.
// Scan: an export holds the whole vocabulary.
MATCH (c:JobCluster)-[r:REQUIRES]->(s:Skill)
RETURN c.code AS cluster, s.code AS skill, r.essential AS essential, r.level AS level, r.weight AS weight
