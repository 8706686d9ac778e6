// How internships and first jobs went: a relationship to the post, or to the employer where no post is known.
UNWIND $rows AS row
MATCH (s:Student {code: row.student})
CALL (s, row) {
  WITH s, row WHERE row.job IS NOT NULL
  MATCH (j:Job {code: row.job})
  OPTIONAL MATCH (s)-[other:WORKED_AT {code: row.code}]->(x) WHERE x <> j
  DELETE other
  MERGE (s)-[e:WORKED_AT {code: row.code}]->(j)
  RETURN e
  UNION
  WITH s, row WHERE row.job IS NULL
  MERGE (x:Employer {code: row.employer}) ON CREATE SET x.label = row.employer
  WITH s, row, x
  OPTIONAL MATCH (s)-[other:WORKED_AT {code: row.code}]->(y) WHERE y <> x
  DELETE other
  MERGE (s)-[e:WORKED_AT {code: row.code}]->(x)
  RETURN e
}
WITH s, e, row, e.hash IS NULL AS isNew
WHERE isNew OR e.hash <> row.hash OR e.removed
SET e += row.properties, e.hash = row.hash, e.content = row.content, e.source = $source, s.updatedAt = datetime()
REMOVE e.removed, e.removedAt
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
