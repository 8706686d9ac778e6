// What each student has and lacks for the first target, summed over the categories of the skills required, each counting
// by the weight of its requirement, as in the gap in sum.
UNWIND $codes AS code
MATCH (s:Student {code: code})-[a:AIMS_AT {rank: 1}]->(c:JobCluster) WHERE a.run = $run
MATCH (c)-[need:REQUIRES]->(k:Skill)
OPTIONAL MATCH (s)-[l:LACKS]->(k) WHERE l.run = $run
WITH code, k.category AS category, coalesce(need.weight, 1.0) AS weight, need.level AS level, coalesce(l.gap, 0.0) AS lacks
WITH code, category, sum(weight * level) AS required, sum(weight * lacks) AS gap
OPTIONAL MATCH (group:Skill {code: category})
RETURN code AS owner, category AS code, group.label AS label, required - gap AS have, required, gap
ORDER BY owner, required DESC, code
