// The job clusters each student aims at in one run, first target first.
UNWIND $codes AS code
MATCH (:Student {code: code})-[a:AIMS_AT]->(c:JobCluster) WHERE a.run = $run
RETURN code AS owner, a.match AS match, a.gap AS gap, a.required AS required, a.rank AS rank, a.stated AS stated,
       c.code AS code, c.label AS label
ORDER BY owner, rank
