// Chains of some students whose gain is not that of their steps, or whose score is not that of their terms, at most five.
UNWIND $students AS code
MATCH (:Student {code: code})-[:RECEIVED]->(r:Recommendation WHERE r.run = $run)
WITH r, reduce(total = 0.0, g IN [(r)-[step:CLOSES]->() | step.gain * step.weight] | total + g) AS total,
     reduce(total = 0.0, c IN r.contributions | total + c) AS score,
     [r.match, CASE r.path WHEN 'JOB' THEN r.match ELSE 1 END * (1 - exp(-r.gain)), r.bridging, r.heat, r.stage, r.redundancy,
      r.affinity, r.popularity, r.urgency] AS terms,
     reduce(total = 0.0, c IN [(r)-[why:BECAUSE]->() | why.contribution] | total + c) AS reasons
WHERE abs(total - r.gain) > $precision OR (r.path = 'VENTURE' AND total <= 0)
   OR (r.path = 'TRAINING' AND total <= 0 AND reasons <= 0 AND r.popularity <= 0)
   OR abs(reasons - r.contributions[6]) > $precision OR abs(score - r.score) > $precision
   OR any(i IN range(0, 7) WHERE abs(r.contributions[i] - r.weights[i] * terms[i]) > $precision)
RETURN r.id AS id LIMIT 5
