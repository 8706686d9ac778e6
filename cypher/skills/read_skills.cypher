// Skills by code.
UNWIND $codes AS code
MATCH (s:Skill {code: code})
RETURN s.code AS code, s.label AS label, s.altLabels AS altLabels, s.definition AS definition,
       s.kind AS kind, s.status AS status
