// The skills a student lacks for the first target.
UNWIND $rows AS row
MATCH (s:Student {code: row.student})
MATCH (k:Skill {code: row.skill})
CREATE (s)-[:LACKS {have: row.have, required: row.required, gap: row.gap, toward: row.cluster, run: $run}]->(k)
