// The skills each student lacks for the first target in one run, largest gap first.
UNWIND $codes AS code
MATCH (:Student {code: code})-[l:LACKS]->(k:Skill) WHERE l.run = $run
RETURN code AS owner, l.have AS have, l.required AS required, l.gap AS gap, k.code AS code, k.label AS label
ORDER BY owner, gap DESC, label, code
