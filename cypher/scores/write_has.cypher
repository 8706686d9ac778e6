// What a run computed a student to be capable of.
UNWIND $rows AS row
MATCH (s:Student {code: row.student})
MATCH (k:Skill {code: row.skill})
CREATE (s)-[:HAS {level: row.level, evidence: row.evidence, run: $run}]->(k)
