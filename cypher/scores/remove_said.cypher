// Takes away some of what a run said of each student: capability, lacks and aims by code, chains by id.
UNWIND $rows AS row
MATCH (s:Student {code: row.student})
CALL (s, row) { MATCH (s)-[r:HAS]->(k) WHERE r.run = $run AND k.code IN row.has DELETE r }
CALL (s, row) { MATCH (s)-[r:LACKS]->(k) WHERE r.run = $run AND k.code IN row.lacks DELETE r }
CALL (s, row) { MATCH (s)-[r:AIMS_AT]->(c) WHERE r.run = $run AND c.code IN row.aims_at DELETE r }
CALL (s, row) {
  UNWIND row.chain AS id
  MATCH (r:Recommendation {id: id, run: $run})
  DETACH DELETE r
}
