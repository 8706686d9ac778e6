// Students with the capabilities and the target their record states; what a run computed for them is left alone.
UNWIND $rows AS row
MERGE (s:Student {code: row.code})
WITH s, row, s.hash IS NULL AS isNew
WHERE isNew OR s.hash <> row.hash OR s.removed
SET s += row.properties, s.hash = row.hash, s.content = row.content, s.source = $source, s.synthetic = $synthetic,
    s.updatedAt = datetime()
REMOVE s.removed, s.removedAt
WITH s, row, isNew
CALL (s, isNew) {
  WITH s, isNew WHERE NOT isNew
  MATCH (s)-[old:HAS|MENTIONS|WANTS|IN_REGION]->() WHERE old.run IS NULL DELETE old
}
CALL (s, row) {
  UNWIND row.needs AS need
  MATCH (k:Skill {code: need.code})
  CREATE (s)-[:HAS {level: need.level, evidence: ['admission']}]->(k)
}
CALL (s, row) { UNWIND row.terms AS term MATCH (t:Term {code: term}) CREATE (s)-[:MENTIONS]->(t) }
CALL (s, row) { MATCH (c:JobCluster {code: row.target}) CREATE (s)-[:WANTS]->(c) }
CALL (s, row) {
  WITH s, row WHERE row.region IS NOT NULL
  MERGE (r:Region {code: row.region}) ON CREATE SET r.label = row.region
  CREATE (s)-[:IN_REGION]->(r)
}
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
