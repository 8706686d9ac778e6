// Venture and innovation projects, each replaced whole with its own relationships when its content changed.
UNWIND $rows AS row
MERGE (p:Project {code: row.code})
WITH p, row, p.hash IS NULL AS isNew
WHERE isNew OR p.hash <> row.hash
SET p.label = row.title, p.text = row.text, p.stage = row.stage, p.startedAt = row.started_at,
    p.hash = row.hash, p.source = $source, p.synthetic = $synthetic, p.updatedAt = datetime()
WITH p, row, isNew
CALL (p) { MATCH (p)-[old:REQUIRES|MENTIONS|IN_INDUSTRY]->() DELETE old }
CALL (p, row) {
  UNWIND row.needs AS need
  MATCH (s:Skill {code: need.code})
  CREATE (p)-[:REQUIRES {level: need.level, weight: need.weight, essential: need.weight >= 1.0, via: need.via}]->(s)
}
CALL (p, row) { UNWIND row.terms AS term MATCH (t:Term {code: term}) CREATE (p)-[:MENTIONS]->(t) }
CALL (p, row) {
  WITH p, row WHERE row.industry IS NOT NULL
  MERGE (i:Industry {code: row.industry}) ON CREATE SET i.label = row.industry, i.source = $source
  CREATE (p)-[:IN_INDUSTRY]->(i)
}
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
