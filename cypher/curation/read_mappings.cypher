// What the given terms are mapped to.
UNWIND $codes AS code
MATCH (t:Term {code: code})-[m:MAPS_TO]->(s:Skill)
RETURN t.code AS source, s.code AS target, properties(m) AS properties
