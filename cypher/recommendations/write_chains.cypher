// Chains that suggest a job, a resource or a project, each a walkable path from the student over the target to the skills it
// closes, and from what the student did before. Rows, steps and reasons are columns, steps of chain `i` from `firstStep[i]`
// on and reasons from `firstReason[i]` on; nodes are positions in lists, each looked up once. A chain may have no target.
WITH COLLECT { UNWIND $nodes.student AS code OPTIONAL MATCH (s:Student {code: code}) RETURN s } AS students,
     COLLECT { UNWIND $nodes.cluster AS code OPTIONAL MATCH (c:JobCluster {code: code}) RETURN c } AS clusters,
     COLLECT { UNWIND $nodes.skill AS code OPTIONAL MATCH (k:Skill {code: code}) RETURN k } AS skills,
     COLLECT { UNWIND $nodes.resource AS code OPTIONAL MATCH (q:Resource {code: code}) RETURN q } AS resources,
     COLLECT { UNWIND $nodes.Job AS code OPTIONAL MATCH (x:Job {code: code}) RETURN x }
       + COLLECT { UNWIND $nodes.Project AS code OPTIONAL MATCH (x:Project {code: code}) RETURN x }
       + COLLECT { UNWIND $nodes.Resource AS code OPTIONAL MATCH (x:Resource {code: code}) RETURN x } AS items
UNWIND range(0, size($rows.student) - 1) AS i
WITH i, skills, resources, students[$rows.student[i]] AS s, clusters[$rows.cluster[i]] AS c, items[$rows.item[i]] AS x
WHERE s IS NOT NULL AND x IS NOT NULL AND (c IS NOT NULL OR $rows.cluster[i] IS NULL)
CREATE (s)-[:RECEIVED]->(r:Recommendation {
  id: $rows.id[i], run: $run, path: $rows.path[i], rank: $rows.rank[i], score: $rows.score[i], match: $rows.match[i],
  gap: $rows.gap[i], bridging: $rows.bridging[i], heat: $rows.heat[i], stage: $rows.stage[i],
  redundancy: $rows.redundancy[i], affinity: $rows.affinity[i], popularity: $rows.popularity[i], urgency: $rows.urgency[i], gain: $rows.gain[i],
  contributions: $rows.contributions[i], weights: $weights[$rows.path[i]],
  propensity: $rows.propensity[i], next: $rows.next[i], leads: $rows.leads[i],
  source: 'skillpath', updatedAt: datetime()
})
CREATE (r)-[:SUGGESTS]->(x)
FOREACH (goal IN CASE WHEN c IS NULL THEN [] ELSE [c] END | CREATE (r)-[:TOWARD]->(goal))
FOREACH (j IN range($rows.firstStep[i], $rows.firstStep[i + 1] - 1) |
  FOREACH (k IN CASE WHEN skills[$steps.skill[j]] IS NULL THEN [] ELSE [skills[$steps.skill[j]]] END |
    CREATE (r)-[:CLOSES {
      have: $steps.have[j], required: $steps.required[j], gain: $steps.gain[j], weight: $steps.weight[j]
    }]->(k)))
FOREACH (j IN range($rows.firstReason[i], $rows.firstReason[i + 1] - 1) |
  FOREACH (q IN CASE WHEN resources[$reasons.resource[j]] IS NULL THEN [] ELSE [resources[$reasons.resource[j]]] END |
    CREATE (r)-[:BECAUSE {contribution: $reasons.contribution[j], support: $reasons.support[j]}]->(q)))
