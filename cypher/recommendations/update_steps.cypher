// The target and the steps of chains whose item is what it was: what stays is left, numbers change in place.
// Rows and steps are columns, those of chain `i` from `first[i]` on; nodes are positions in lists, each looked up once.
WITH COLLECT { UNWIND $nodes.cluster AS code OPTIONAL MATCH (c:JobCluster {code: code}) RETURN c } AS clusters,
     COLLECT { UNWIND $nodes.skill AS code OPTIONAL MATCH (k:Skill {code: code}) RETURN k } AS skills
UNWIND range(0, size($rows.id) - 1) AS i
WITH i, skills, clusters[$rows.cluster[i]] AS c WHERE c IS NOT NULL
MATCH (r:Recommendation {id: $rows.id[i], run: $run})
CALL (r, c) { MATCH (r)-[old:TOWARD]->(other) WHERE other <> c DELETE old }
MERGE (r)-[:TOWARD]->(c)
WITH r, skills, range($rows.first[i], $rows.first[i + 1] - 1) AS steps
WITH r, skills, steps, [j IN steps | skills[$steps.skill[j]]] AS closed
CALL (r, closed) { MATCH (r)-[old:CLOSES]->(k) WHERE NOT k IN closed DELETE old }
UNWIND steps AS j
WITH r, j, skills[$steps.skill[j]] AS k
WHERE k IS NOT NULL
MERGE (r)-[step:CLOSES]->(k)
SET step.have = $steps.have[j], step.required = $steps.required[j], step.gain = $steps.gain[j],
  step.weight = $steps.weight[j]
