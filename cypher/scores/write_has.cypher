// What a run computed a student to be capable of, and which evidence and component contributed how much of it.
UNWIND $rows AS row
MATCH (s:Student {code: row.student})
MATCH (k:Skill {code: row.skill})
CREATE (s)-[:HAS {
  level: row.level, evidence: row.evidence, shares: row.shares, components: row.components, run: $run
}]->(k)
