// What each given term is mapped to, and who says so.
UNWIND $codes AS code
MATCH (:Term {code: code})-[m:MAPS_TO]->(s:Skill)
RETURN code AS owner, m.status AS status, m.method AS method, m.score AS score, m.by AS by, m.at AS at,
  s.code AS code, s.label AS label
