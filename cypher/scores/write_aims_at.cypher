// The job clusters a run found a student to aim at, nearest first; the first with a plan: resources in order, and their joint gain.
UNWIND $rows AS row
MATCH (s:Student {code: row.student})
MATCH (c:JobCluster {code: row.cluster})
CREATE (s)-[:AIMS_AT {
  match: row.match, gap: row.gap, required: row.required, rank: row.rank, stated: row.stated, plan: row.plan,
  planGain: row.planGain, run: $run
}]->(c)
