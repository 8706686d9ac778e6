// The first narrower skills of each given skill, by label, and how many there are.
UNWIND $codes AS code
MATCH (:Skill {code: code})<-[:BROADER]-(n:Skill)
WITH code, n ORDER BY n.label, n.code
WITH code, collect(n) AS found
UNWIND found[..$first] AS n
RETURN code AS owner, size(found) AS total, n.code AS code, n.label AS label, n.altLabels AS altLabels,
       n.definition AS definition, n.kind AS kind, n.status AS status
