// Learned vectors of students.
UNWIND $rows AS row
MATCH (n:Student {code: row.code})
CALL db.create.setNodeVectorProperty(n, 'embedding', row.embedding)
SET n.embeddingRun = $run
