// The skills a student lacks for the first target, and how much a level of each counts.
UNWIND $rows AS row
MATCH (s:Student {code: row.student})
MATCH (k:Skill {code: row.skill})
CREATE (s)-[:LACKS {
  have: row.have, required: row.required, gap: row.gap, weight: row.weight, toward: row.cluster, run: $run
}]->(k)
