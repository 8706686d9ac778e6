// Who took which resource, when, how far and how well.
UNWIND $rows AS row
MATCH (s:Student {code: row.student})
MATCH (r:Resource {code: row.resource})
MERGE (s)-[e:ENROLLED_IN {code: row.code}]->(r)
WITH s, e, row, e.hash IS NULL AS isNew
WHERE isNew OR e.hash <> row.hash OR e.removed
SET e += row.properties, e.hash = row.hash, e.content = row.content, e.source = $source, s.updatedAt = datetime()
REMOVE e.removed, e.removedAt
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
