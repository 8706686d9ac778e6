// The skill that replaced each given one.
UNWIND $codes AS code
MATCH (:Skill {code: code})-[:REPLACED_BY]->(r:Skill)
RETURN code AS owner, r.code AS code, r.label AS label, r.altLabels AS altLabels, r.definition AS definition,
       r.kind AS kind, r.status AS status
