// Learned vectors of skills.
UNWIND $rows AS row
MATCH (n:Skill {code: row.code})
CALL db.create.setNodeVectorProperty(n, 'embedding', row.embedding)
SET n.embeddingRun = $run
