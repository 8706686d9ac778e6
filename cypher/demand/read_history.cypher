// The months of each given job cluster, over all regions, from the first one on.
UNWIND $codes AS code
MATCH (:JobCluster {code: code})-[:HAD]->(d:Demand)
WHERE d.region IS NULL
RETURN code AS owner, toString(d.period) AS period, d.postings AS postings
ORDER BY owner, period
