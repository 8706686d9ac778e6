// Venture and innovation projects, each replaced whole with its own relationships when its content changed.
UNWIND $rows AS row
MERGE (p:Project {code: row.code})
WITH p, row, p.hash IS NULL AS isNew
WHERE isNew OR p.hash <> row.hash OR p.removed
SET p += row.properties, p.hash = row.hash, p.content = row.content, p.source = $source, p.synthetic = $synthetic,
    p.updatedAt = datetime()
REMOVE p.removed, p.removedAt
WITH p, row, isNew
CALL (p, isNew) {
  WITH p, isNew WHERE NOT isNew
  MATCH (p)-[old:REQUIRES|MENTIONS|IN_INDUSTRY|IN_REGION]->() DELETE old
}
CALL (p, row) {
  UNWIND row.needs AS need
  MATCH (s:Skill {code: need.code})
  CREATE (p)-[:REQUIRES {level: need.level, weight: need.weight, essential: need.weight >= 1.0, via: need.via,
    relevance: need.relevance}]->(s)
}
CALL (p, row) { UNWIND row.terms AS term MATCH (t:Term {code: term}) CREATE (p)-[:MENTIONS]->(t) }
CALL (p, row) {
  WITH p, row WHERE row.industry IS NOT NULL
  MERGE (i:Industry {code: row.industry}) ON CREATE SET i.label = row.industry
  CREATE (p)-[:IN_INDUSTRY]->(i)
}
CALL (p, row) {
  WITH p, row WHERE row.region IS NOT NULL
  MERGE (r:Region {code: row.region}) ON CREATE SET r.label = row.region
  CREATE (p)-[:IN_REGION]->(r)
}
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
