// Learned vectors of clusters.
UNWIND $rows AS row
MATCH (n:JobCluster {code: row.code})
CALL db.create.setNodeVectorProperty(n, 'embedding', row.embedding)
SET n.embeddingRun = $run
