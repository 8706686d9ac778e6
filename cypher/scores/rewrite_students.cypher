// Takes away what a run says of each student no more (capability, lacks and aims by code, chains by id), adds what is
// new of it, and marks where the student stands. A row a student; chains that stay or are new come after.
UNWIND $rows AS row
MATCH (s:Student {code: row.student})
CALL (s, row) {
  WITH s, row WHERE size(row.removed.has) > 0
  MATCH (s)-[r:HAS]->(k) WHERE r.run = $run AND k.code IN row.removed.has DELETE r
}
CALL (s, row) {
  WITH s, row WHERE size(row.removed.lacks) > 0
  MATCH (s)-[r:LACKS]->(k) WHERE r.run = $run AND k.code IN row.removed.lacks DELETE r
}
CALL (s, row) {
  WITH s, row WHERE size(row.removed.aims_at) > 0
  MATCH (s)-[r:AIMS_AT]->(c) WHERE r.run = $run AND c.code IN row.removed.aims_at DELETE r
}
CALL (row) {
  UNWIND row.removed.chain AS id
  MATCH (r:Recommendation {id: id, run: $run})
  DETACH DELETE r
}
CALL (s, row) {
  UNWIND row.has AS new
  MATCH (k:Skill {code: new.skill})
  CREATE (s)-[:HAS {
    level: new.level, evidence: new.evidence, shares: new.shares, components: new.components, run: $run
  }]->(k)
}
CALL (s, row) {
  UNWIND row.lacks AS new
  MATCH (k:Skill {code: new.skill})
  CREATE (s)-[:LACKS {
    have: new.have, required: new.required, gap: new.gap, weight: new.weight, toward: new.cluster, run: $run
  }]->(k)
}
CALL (s, row) {
  UNWIND row.aims_at AS new
  MATCH (c:JobCluster {code: new.cluster})
  CREATE (s)-[:AIMS_AT {
    match: new.match, gap: new.gap, required: new.required, rank: new.rank, stated: new.stated, plan: new.plan,
    planGain: new.planGain, run: $run
  }]->(c)
}
MERGE (s)-[:HAS_STAGE]->(n:StageState {run: $run})
SET n += row.stage, n.id = row.student, n.student = null, n.source = 'skillpath'
