// What one run said of each given job cluster at the end of each month from a first one on.
UNWIND $codes AS code
MATCH (:JobCluster {code: code})-[:FORECAST]->(f:Forecast)
WHERE f.run = $run AND f.period >= date($from)
RETURN code AS owner, toString(f.period) AS period, f.demand AS demand, f.gap AS gap, f.demandClass AS demandClass
ORDER BY owner, period
