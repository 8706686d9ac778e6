// The broader skills of each given skill.
UNWIND $codes AS code
MATCH (:Skill {code: code})-[:BROADER]->(b:Skill)
RETURN code AS owner, b.code AS code, b.label AS label, b.altLabels AS altLabels, b.definition AS definition,
       b.kind AS kind, b.status AS status
ORDER BY owner, label, code
