// Courses and other resources with a second label for their kind, each replaced whole when its content changed.
UNWIND $rows AS row
MERGE (r:Resource {code: row.code})
WITH r, row, r.hash IS NULL AS isNew
WHERE isNew OR r.hash <> row.hash OR r.removed
REMOVE r:Course:Training:Competition:Certificate:Mentor:Policy:Incubator
SET r:$(row.label), r += row.properties, r.hash = row.hash, r.content = row.content, r.source = $source,
    r.synthetic = $synthetic, r.updatedAt = datetime()
REMOVE r.removed, r.removedAt
WITH r, row, isNew
CALL (r, isNew) {
  WITH r, isNew WHERE NOT isNew
  MATCH (r)-[old:IMPROVES|MENTIONS|IN_REGION]->() DELETE old
}
CALL (r, row) {
  UNWIND row.needs AS need
  MATCH (s:Skill {code: need.code})
  CREATE (r)-[:IMPROVES {gain: need.gain, via: need.via, relevance: need.relevance}]->(s)
}
CALL (r, row) { UNWIND row.terms AS term MATCH (t:Term {code: term}) CREATE (r)-[:MENTIONS]->(t) }
CALL (r, row) {
  WITH r, row WHERE row.region IS NOT NULL
  MERGE (g:Region {code: row.region}) ON CREATE SET g.label = row.region
  CREATE (r)-[:IN_REGION]->(g)
}
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
