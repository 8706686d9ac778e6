// The target, the steps and the reasons of chains whose item is what it was: what stays is left, numbers change in place.
// Rows, steps and reasons are columns, steps of chain `i` from `firstStep[i]` on and reasons from `firstReason[i]` on;
// nodes are positions in lists, each looked up once.
WITH COLLECT { UNWIND $nodes.cluster AS code OPTIONAL MATCH (c:JobCluster {code: code}) RETURN c } AS clusters,
     COLLECT { UNWIND $nodes.skill AS code OPTIONAL MATCH (k:Skill {code: code}) RETURN k } AS skills,
     COLLECT { UNWIND $nodes.resource AS code OPTIONAL MATCH (q:Resource {code: code}) RETURN q } AS resources
UNWIND range(0, size($rows.id) - 1) AS i
WITH i, skills, resources, clusters[$rows.cluster[i]] AS c WHERE c IS NOT NULL OR $rows.cluster[i] IS NULL
MATCH (r:Recommendation {id: $rows.id[i], run: $run})
CALL (r, c) { MATCH (r)-[old:TOWARD]->(other) WHERE c IS NULL OR other <> c DELETE old }
FOREACH (goal IN CASE WHEN c IS NULL THEN [] ELSE [c] END | MERGE (r)-[:TOWARD]->(goal))
WITH r, skills, resources, range($rows.firstStep[i], $rows.firstStep[i + 1] - 1) AS steps,
     range($rows.firstReason[i], $rows.firstReason[i + 1] - 1) AS reasons
WITH r, skills, resources, steps, reasons, [j IN steps | skills[$steps.skill[j]]] AS closed,
     [j IN reasons | resources[$reasons.resource[j]]] AS done
CALL (r, closed) { MATCH (r)-[old:CLOSES]->(k) WHERE NOT k IN closed DELETE old }
CALL (r, done) { MATCH (r)-[old:BECAUSE]->(q) WHERE NOT q IN done DELETE old }
CALL (r, steps, skills) {
  UNWIND steps AS j
  WITH r, j, skills[$steps.skill[j]] AS k
  WHERE k IS NOT NULL
  MERGE (r)-[step:CLOSES]->(k)
  SET step.have = $steps.have[j], step.required = $steps.required[j], step.gain = $steps.gain[j],
    step.weight = $steps.weight[j]
}
CALL (r, reasons, resources) {
  UNWIND reasons AS j
  WITH r, j, resources[$reasons.resource[j]] AS q
  WHERE q IS NOT NULL
  MERGE (r)-[reason:BECAUSE]->(q)
  SET reason.contribution = $reasons.contribution[j], reason.support = $reasons.support[j]
}
