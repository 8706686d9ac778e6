// Learned vectors of resources.
UNWIND $rows AS row
MATCH (n:Resource {code: row.code})
CALL db.create.setNodeVectorProperty(n, 'embedding', row.embedding)
SET n.embeddingRun = $run
