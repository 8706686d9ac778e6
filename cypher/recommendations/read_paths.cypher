// The paths of chains, each over one skill that counted or one resource done before, with every relationship that the
// numbers came from; skills with the most gain first, then resources with the largest contribution.
UNWIND $codes AS code
MATCH (r:Recommendation {id: code, run: $run})
MATCH (s:Student)-[:RECEIVED]->(r)
MATCH (r)-[:SUGGESTS]->(x)
OPTIONAL MATCH (r)-[:TOWARD]->(c:JobCluster)
CALL (r, s, x) {
  CALL (r, s, x) {
    MATCH (r)-[step:CLOSES]->(k:Skill)
    RETURN k, null AS q, true AS closes, step.gain * step.weight AS counted
    UNION
    MATCH (r)-[why:BECAUSE]->(q:Resource)
    RETURN null AS k, q, false AS closes, why.contribution AS counted
    UNION
    WITH r, s, x WHERE NOT EXISTS { (r)-[:CLOSES]->(:Skill) } AND NOT EXISTS { (r)-[:BECAUSE]->(:Resource) }
    MATCH (s)-[has:HAS]->(k:Skill)<-[need:REQUIRES]-(x) WHERE has.run = $run
    RETURN k, null AS q, false AS closes, has.level * need.level AS counted
    UNION
    WITH r, s, x
    WHERE NOT EXISTS { (r)-[:CLOSES]->(:Skill) } AND NOT EXISTS { (r)-[:BECAUSE]->(:Resource) }
      AND NOT EXISTS { MATCH (s)-[has:HAS]->(:Skill)<-[:REQUIRES]-(x) WHERE has.run = $run }
    RETURN null AS k, null AS q, false AS closes, 0.0 AS counted
  }
  RETURN k, q, closes, counted ORDER BY q IS NOT NULL, counted DESC, k.code, q.code LIMIT $first
}
RETURN code AS owner, closes, s.code AS student, c.code AS clusterCode, c.label AS clusterLabel, k.code AS skillCode,
       k.label AS skillLabel, q.code AS doneCode, q.label AS doneLabel, x.code AS itemCode, x.label AS itemLabel,
       [l IN labels(x) WHERE l IN ['Job', 'Resource', 'Project']][0] AS kind,
       COLLECT {
         MATCH (s)-[e:AIMS_AT]->(c) WHERE e.run = $run AND q IS NULL
         RETURN {type: type(e), from: s.code, to: c.code, properties: properties(e)}
       } + COLLECT {
         MATCH (s)-[e:HAS]->(k) WHERE e.run = $run
         RETURN {type: type(e), from: s.code, to: k.code, properties: properties(e)}
       } + COLLECT {
         MATCH (s)-[e:LACKS]->(k) WHERE e.run = $run AND e.toward = c.code
         RETURN {type: type(e), from: s.code, to: k.code, properties: properties(e)}
       } + COLLECT {
         MATCH (c)-[e:REQUIRES]->(k)
         RETURN {type: type(e), from: c.code, to: k.code, properties: properties(e)}
       } + COLLECT {
         MATCH (x)-[e:IMPROVES|REQUIRES]->(k)
         RETURN {type: type(e), from: x.code, to: k.code, properties: properties(e)}
       } + COLLECT {
         MATCH (x)-[e:IN_CLUSTER]->(c)
         RETURN {type: type(e), from: x.code, to: c.code, properties: properties(e)}
       } + COLLECT {
         MATCH (s)-[e:ENROLLED_IN]->(q) WHERE e.removed IS NULL
         RETURN {type: type(e), from: s.code, to: q.code, properties: e {.progress}}
       } + COLLECT {
         MATCH (q)-[e:FOLLOWED_BY|SIMILAR_TO]->(x)
         RETURN {type: type(e), from: q.code, to: x.code, properties: properties(e)}
       } AS relationships
ORDER BY owner, doneCode IS NOT NULL, counted DESC, skillCode, doneCode
