// Students, of some, whose gap to their first target is not the sum of what they lack for it, at most five.
UNWIND $students AS code
MATCH (s:Student {code: code})-[a:AIMS_AT {rank: 1}]->(c) WHERE a.run = $run
WITH s, a,
     reduce(total = 0.0, g IN [(s)-[l:LACKS]->() WHERE l.run = $run | l.gap * l.weight] | total + g) AS lacking,
     reduce(total = 0.0, n IN [(c)-[r:REQUIRES]->() | r.level * coalesce(r.weight, 1.0)] | total + n) AS required
WHERE abs(lacking - a.gap) > $precision OR abs(required - a.required) > $precision
RETURN s.code AS id LIMIT 5
