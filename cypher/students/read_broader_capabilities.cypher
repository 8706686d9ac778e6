// What each student can in one run, and every step up to three from there to broader skills.
UNWIND $codes AS code
MATCH (:Student {code: code})-[h:HAS]->(k:Skill) WHERE h.run = $run
RETURN code AS owner, k.code AS code, k.label AS label, h.level AS level,
       COLLECT {
         MATCH (k)-[:BROADER*0..2]->(a:Skill)-[:BROADER]->(b:Skill)
         RETURN DISTINCT {code: a.code, broader: b.code, label: b.label}
       } AS steps
