// Hierarchy: each child skill points at its broader one.
UNWIND $rows AS row
MATCH (child:Skill {code: row.child})
MATCH (parent:Skill {code: row.parent})
MERGE (child)-[link:BROADER]->(parent)
WITH link, link.source IS NULL AS isNew
SET link.source = coalesce(link.source, $source)
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, 0 AS updated
