// Job posts, each replaced whole with its own relationships when its content changed or it came back.
UNWIND $rows AS row
MERGE (j:Job {code: row.code})
WITH j, row, j.hash IS NULL AS isNew
WHERE isNew OR j.hash <> row.hash OR j.removed
SET j += row.properties, j.hash = row.hash, j.content = row.content, j.source = $source, j.synthetic = $synthetic,
    j.updatedAt = datetime()
REMOVE j.removed, j.removedAt
WITH j, row, isNew
CALL (j, isNew) {
  WITH j, isNew WHERE NOT isNew
  MATCH (j)-[old:REQUIRES|MENTIONS|IN_CLUSTER|POSTED_BY|IN_REGION|IN_INDUSTRY]->() DELETE old
}
CALL (j, row) {
  UNWIND row.needs AS need
  MATCH (s:Skill {code: need.code})
  CREATE (j)-[:REQUIRES {level: need.level, weight: need.weight, essential: need.weight >= 1.0, via: need.via,
    relevance: need.relevance}]->(s)
}
CALL (j, row) { UNWIND row.terms AS term MATCH (t:Term {code: term}) CREATE (j)-[:MENTIONS]->(t) }
CALL (j, row) {
  MATCH (c:JobCluster {code: row.cluster})
  CREATE (j)-[:IN_CLUSTER {score: row.cluster_score, via: row.cluster_via}]->(c)
}
CALL (j, row) {
  WITH j, row WHERE row.employer IS NOT NULL
  MERGE (e:Employer {code: row.employer}) ON CREATE SET e.label = row.employer
  CREATE (j)-[:POSTED_BY]->(e)
}
CALL (j, row) {
  WITH j, row WHERE row.region IS NOT NULL
  MERGE (r:Region {code: row.region}) ON CREATE SET r.label = row.region
  CREATE (j)-[:IN_REGION]->(r)
}
CALL (j, row) {
  WITH j, row WHERE row.industry IS NOT NULL
  MERGE (i:Industry {code: row.industry}) ON CREATE SET i.label = row.industry
  CREATE (j)-[:IN_INDUSTRY]->(i)
}
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
