// Skills that a release relates to each other, essential or optional.
UNWIND $rows AS row
MATCH (source:Skill {code: row.source})
MATCH (target:Skill {code: row.target})
MERGE (source)-[link:RELATED]->(target)
WITH link, row, link.kind IS NULL AS isNew
WHERE isNew OR link.kind <> row.kind
SET link.kind = row.kind, link.source = $source
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
