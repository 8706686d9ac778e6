// The months of demand that the graph holds, with the hash of their content.
// Scan: the series are compared whole.
MATCH (d:Demand)
RETURN d.code AS code, d.hash AS hash
