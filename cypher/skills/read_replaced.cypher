// Every replacement of a skill by another.
// Scan: a release is written or read with all redirects.
MATCH (old:Skill)-[:REPLACED_BY]->(new:Skill)
RETURN old.code AS old, new.code AS new
