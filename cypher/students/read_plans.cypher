// The plan toward the first target of each student in one run: resources in order, and what each does to each skill lacking.
UNWIND $codes AS code
MATCH (s:Student {code: code})-[a:AIMS_AT {rank: 1}]->(:JobCluster) WHERE a.run = $run AND a.plan IS NOT NULL
RETURN code AS owner, a.planGain AS gain,
       COLLECT {
         UNWIND range(0, size(a.plan) - 1) AS place
         MATCH (r:Resource {code: a.plan[place]})
         RETURN {code: r.code, label: r.label} ORDER BY place
       } AS resources,
       COLLECT {
         MATCH (s)-[l:LACKS]->(k:Skill) WHERE l.run = $run
         RETURN {
           code: k.code, label: k.label, have: l.have, required: l.required, gap: l.gap, weight: l.weight,
           effects: COLLECT {
             UNWIND range(0, size(a.plan) - 1) AS place
             OPTIONAL MATCH (:Resource {code: a.plan[place]})-[i:IMPROVES]->(k)
             RETURN coalesce(i.gain, 0.0) ORDER BY place
           }
         } ORDER BY l.gap DESC, k.label, k.code
       } AS lacks
