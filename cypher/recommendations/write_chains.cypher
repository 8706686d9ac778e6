// Chains that suggest a job, a resource or a project, each a walkable path from the student over the target to the skills it closes.
// Rows and steps are columns, those of chain `i` from `first[i]` on; nodes are positions in lists, each looked up once.
WITH COLLECT { UNWIND $nodes.student AS code OPTIONAL MATCH (s:Student {code: code}) RETURN s } AS students,
     COLLECT { UNWIND $nodes.cluster AS code OPTIONAL MATCH (c:JobCluster {code: code}) RETURN c } AS clusters,
     COLLECT { UNWIND $nodes.skill AS code OPTIONAL MATCH (k:Skill {code: code}) RETURN k } AS skills,
     COLLECT { UNWIND $nodes.Job AS code OPTIONAL MATCH (x:Job {code: code}) RETURN x }
       + COLLECT { UNWIND $nodes.Project AS code OPTIONAL MATCH (x:Project {code: code}) RETURN x }
       + COLLECT { UNWIND $nodes.Resource AS code OPTIONAL MATCH (x:Resource {code: code}) RETURN x } AS items
UNWIND range(0, size($rows.student) - 1) AS i
WITH i, skills, students[$rows.student[i]] AS s, clusters[$rows.cluster[i]] AS c, items[$rows.item[i]] AS x
WHERE s IS NOT NULL AND c IS NOT NULL AND x IS NOT NULL
CREATE (s)-[:RECEIVED]->(r:Recommendation {
  id: $rows.id[i], run: $run, path: $rows.path[i], rank: $rows.rank[i], score: $rows.score[i], match: $rows.match[i],
  gap: $rows.gap[i], bridging: $rows.bridging[i], heat: $rows.heat[i], stage: $rows.stage[i],
  redundancy: $rows.redundancy[i], gain: $rows.gain[i], contributions: $rows.contributions[i], weights: $weights,
  propensity: $rows.propensity[i], next: $rows.next[i], leads: $rows.leads[i],
  source: 'skillpath', updatedAt: datetime()
})
CREATE (r)-[:SUGGESTS]->(x)
CREATE (r)-[:TOWARD]->(c)
WITH r, i, skills
UNWIND range($rows.first[i], $rows.first[i + 1] - 1) AS j
WITH r, j, skills[$steps.skill[j]] AS k
WHERE k IS NOT NULL
CREATE (r)-[:CLOSES {have: $steps.have[j], required: $steps.required[j], gain: $steps.gain[j], weight: $steps.weight[j]}]->(k)
