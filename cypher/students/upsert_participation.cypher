// Who joined which project, in which role.
UNWIND $rows AS row
MATCH (s:Student {code: row.student})
MATCH (p:Project {code: row.project})
MERGE (s)-[e:JOINED {code: row.code}]->(p)
WITH s, e, row, e.hash IS NULL AS isNew
WHERE isNew OR e.hash <> row.hash OR e.removed
SET e += row.properties, e.hash = row.hash, e.content = row.content, e.source = $source, s.updatedAt = datetime()
REMOVE e.removed, e.removedAt
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
