// What each student can in one run, highest level first, with what evidence and components contribute to it.
UNWIND $codes AS code
MATCH (:Student {code: code})-[h:HAS]->(k:Skill) WHERE h.run = $run
RETURN code AS owner, h.level AS level, h.evidence AS evidence, h.shares AS shares, h.components AS components,
       k.code AS code, k.label AS label
ORDER BY owner, level DESC, label, code
