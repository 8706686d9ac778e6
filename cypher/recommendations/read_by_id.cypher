// Chains of one run by their ids. Stale is one whose student, item or target changed since, or a skill that it closes
// was decided about.
UNWIND $codes AS id
MATCH (r:Recommendation {id: id, run: $run})
MATCH (s:Student)-[:RECEIVED]->(r)
MATCH (r)-[:SUGGESTS]->(x)
OPTIONAL MATCH (r)-[:TOWARD]->(c:JobCluster)
OPTIONAL MATCH (run:Run {id: $run})
OPTIONAL MATCH (s)-[:HAS_STAGE]->(n:StageState) WHERE n.run = $run
RETURN s.code AS student, r.id AS owner, r.id AS id, r.rank AS rank, r.score AS score, r.path AS path,
       r.match AS match, r.gap AS gap, r.bridging AS bridging, r.heat AS heat, r.stage AS stage, r.redundancy AS redundancy, r.affinity AS affinity,
       r.popularity AS popularity, r.urgency AS urgency, x.takers AS takers, r.gain AS gain,
       r.contributions AS contributions, r.weights AS weights, r.propensity AS propensity,
       coalesce(toString(s.updatedAt), '') <> coalesce(n.seen, '')
         OR coalesce(x.removed, false) OR coalesce(x.updatedAt > run.startedAt, false)
         OR coalesce(c.updatedAt > run.startedAt, false)
         OR EXISTS { MATCH (r)-[:CLOSES]->(k:Skill) WHERE k.revision > run.revision } AS stale,
       [l IN labels(x) WHERE l IN ['Job', 'Resource', 'Project']][0] AS kind, x.code AS itemCode, x.label AS itemLabel,
       c.code AS clusterCode, c.label AS clusterLabel,
       COLLECT {
         MATCH (r)-[step:CLOSES]->(k:Skill)
         RETURN {code: k.code, label: k.label, have: step.have, required: step.required, gain: step.gain,
                 weight: step.weight,
                 components: head(COLLECT { MATCH (s)-[h:HAS]->(k) WHERE h.run = $run RETURN h.components })}
         ORDER BY step.gain DESC, k.label, k.code
       } AS closes,
       COLLECT {
         MATCH (r)-[why:BECAUSE]->(q:Resource)
         RETURN {code: q.code, label: q.label, contribution: why.contribution, support: why.support}
         ORDER BY why.contribution DESC, q.code
       } AS because
