// The hierarchy above the given skills.
UNWIND $codes AS code
MATCH (:Skill {code: code})-[:BROADER*0..]->(low:Skill)-[r:BROADER]->(high:Skill)
RETURN DISTINCT low.code AS source, high.code AS target, properties(r) AS properties
