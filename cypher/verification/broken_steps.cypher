// Chains of some students that close a gap by another amount than the graph says, at most five; $job and $project are
// what practising builds of the level that a post or project requires.
UNWIND $students AS code
MATCH (s:Student {code: code})-[:RECEIVED]->(r:Recommendation WHERE r.run = $run)-[:SUGGESTS]->(x)
MATCH (r)-[:TOWARD]->(c), (r)-[step:CLOSES]->(k:Skill)
OPTIONAL MATCH (c)-[need:REQUIRES]->(k)
OPTIONAL MATCH (x)-[effect:IMPROVES|REQUIRES]->(k)
OPTIONAL MATCH (s)-[has:HAS]->(k) WHERE has.run = $run
WITH r, k, step, need.level AS required, coalesce(need.weight, 1.0) AS weight, coalesce(has.level, 0.0) AS have,
     CASE type(effect) WHEN 'IMPROVES' THEN effect.gain
          ELSE effect.level * CASE r.path WHEN 'JOB' THEN $job ELSE $project END END AS effect
WITH r, k, step, required, weight, have,
     CASE WHEN required - have < (1 - have) * effect THEN required - have ELSE (1 - have) * effect END AS gain
WHERE required IS NULL OR gain IS NULL OR abs(step.required - required) > $precision
   OR abs(step.have - have) > $precision OR abs(step.gain - gain) > $precision OR step.weight <> weight
RETURN r.id AS id, k.label AS skill, step.have AS have, have AS wanted LIMIT 5
