// The job cluster of each post that has one.
// Scan: a snapshot reads every post.
MATCH (j:Job)-[i:IN_CLUSTER]->(c:JobCluster)
RETURN j.code AS source, c.code AS target, i.score AS value
