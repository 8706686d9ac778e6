// The paths of chains, each over one skill that counted, with every relationship that the numbers came from; most gain first.
UNWIND $codes AS code
MATCH (r:Recommendation {id: code, run: $run})
MATCH (s:Student)-[:RECEIVED]->(r)
MATCH (r)-[:SUGGESTS]->(x)
MATCH (r)-[:TOWARD]->(c:JobCluster)
CALL (r, s, x) {
  CALL (r, s, x) {
    MATCH (r)-[step:CLOSES]->(k:Skill)
    RETURN k, true AS closes, step.gain * step.weight AS counted
    UNION
    WITH r, s, x WHERE NOT EXISTS { (r)-[:CLOSES]->(:Skill) }
    MATCH (s)-[has:HAS]->(k:Skill)<-[need:REQUIRES]-(x) WHERE has.run = $run
    RETURN k, false AS closes, has.level * need.level AS counted
    UNION
    WITH r, s, x
    WHERE NOT EXISTS { (r)-[:CLOSES]->(:Skill) }
      AND NOT EXISTS { MATCH (s)-[has:HAS]->(:Skill)<-[:REQUIRES]-(x) WHERE has.run = $run }
    RETURN null AS k, false AS closes, 0.0 AS counted
  }
  RETURN k, closes, counted ORDER BY counted DESC, k.code LIMIT $first
}
RETURN code AS owner, closes, s.code AS student, c.code AS clusterCode, c.label AS clusterLabel, k.code AS skillCode,
       k.label AS skillLabel, x.code AS itemCode, x.label AS itemLabel,
       [l IN labels(x) WHERE l IN ['Job', 'Resource', 'Project']][0] AS kind,
       COLLECT {
         MATCH (s)-[e:AIMS_AT]->(c) WHERE e.run = $run
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
       } AS relationships
ORDER BY owner, counted DESC, skillCode
