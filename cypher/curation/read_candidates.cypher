// The skills that each given term may mean, best first.
UNWIND $codes AS code
MATCH (:Term {code: code})-[c:CANDIDATE]->(s:Skill)
WHERE s.status <> 'deprecated'
RETURN code AS owner, c.score AS score, c.method AS method, s.code AS code, s.label AS label
ORDER BY owner, score DESC, code
