// The requirements that one release gave.
MATCH (c:JobCluster {source: $source})-[r:REQUIRES {source: $source}]->(s:Skill)
USING INDEX c:JobCluster(source)
RETURN c.code AS cluster, s.code AS skill, r.essential AS essential, r.level AS level, r.weight AS weight
