// Students, of some, with a level that is not the sum of its evidence's shares and of its components, at most five.
UNWIND $students AS code
MATCH (s:Student {code: code})-[h:HAS]->() WHERE h.run = $run
WITH s, h, reduce(total = 0.0, x IN h.shares | total + x) AS shares,
     reduce(total = 0.0, x IN h.components | total + x) AS components
WHERE abs(shares - h.level) > $precision OR abs(components - h.level) > $precision
   OR size(h.shares) <> size(h.evidence) OR size(h.components) <> 4
RETURN s.code AS id LIMIT 5
