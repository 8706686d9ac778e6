// The chain of replacements of each given skill.
UNWIND $codes AS code
MATCH (:Skill {code: code})-[:REPLACED_BY*0..]->(old:Skill)-[r:REPLACED_BY]->(new:Skill)
RETURN DISTINCT old.code AS source, new.code AS target, properties(r) AS properties
