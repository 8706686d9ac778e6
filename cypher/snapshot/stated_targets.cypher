// The job cluster that a student said to aim at.
// Scan: a snapshot reads every student.
MATCH (s:Student)-[:WANTS]->(c:JobCluster)
RETURN s.code AS source, c.code AS target, 1.0 AS value
