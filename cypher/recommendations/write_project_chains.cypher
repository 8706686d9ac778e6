// Chains that suggest a project, each a walkable path from the student over the target to the skills it closes.
UNWIND $rows AS row
MATCH (s:Student {code: row.student})
MATCH (c:JobCluster {code: row.cluster})
MATCH (x:Project {code: row.item})
CREATE (s)-[:RECEIVED]->(r:Recommendation {
  id: row.id, run: $run, path: row.path, rank: row.rank, score: row.score, match: row.match, gap: row.gap,
  bridging: row.bridging, heat: row.heat, stage: row.stage, redundancy: row.redundancy, gain: row.gain,
  contributions: row.contributions, weights: $weights, source: 'skillpath', updatedAt: datetime()
})
CREATE (r)-[:SUGGESTS]->(x)
CREATE (r)-[:TOWARD]->(c)
WITH r, row
UNWIND row.closes AS step
MATCH (k:Skill {code: step.skill})
CREATE (r)-[:CLOSES {have: step.have, required: step.required, gain: step.gain, weight: step.weight}]->(k)
