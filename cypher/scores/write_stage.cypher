// Where each student stands between enrolment, learning, work and start-up, what that leans to, why there is no chain,
// the hashes of all that the run says of the student (`rowHashes`), and as of which change of the student it does (`seen`).
UNWIND $rows AS row
MATCH (s:Student {code: row.student})
MERGE (s)-[:HAS_STAGE]->(n:StageState {run: $run})
SET n += row, n.id = row.student, n.student = null, n.source = 'skillpath'
