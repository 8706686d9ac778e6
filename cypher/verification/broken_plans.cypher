// Students, of some, whose plan closes another part of the gap than it says, at most five.
UNWIND $students AS code
MATCH (s:Student {code: code})-[a:AIMS_AT]->(c) WHERE a.run = $run AND a.plan IS NOT NULL
MATCH (c)-[need:REQUIRES]->(k)
WITH s, a, k, need, reduce(left = 1.0, code IN a.plan | left * (1 - coalesce(
       [(x:Resource {code: code})-[i:IMPROVES]->(k) | i.gain][0], 0.0))) AS left,
     coalesce([(s)-[h:HAS]->(k) WHERE h.run = $run | h.level][0], 0.0) AS have
WITH s, a, need.weight * CASE WHEN need.level <= have THEN 0.0
       WHEN need.level - have < (1 - have) * (1 - left) THEN need.level - have
       ELSE (1 - have) * (1 - left) END AS closed
WITH s, a, sum(closed) AS gain
WHERE abs(gain - a.planGain) > $precision OR gain > a.gap + $precision
RETURN s.code AS id, gain, a.planGain AS told LIMIT 5
