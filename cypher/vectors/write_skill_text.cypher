// Text vectors of skills.
UNWIND $rows AS row
MATCH (n:Skill {code: row.code})
CALL db.create.setNodeVectorProperty(n, 'textEmbedding', row.embedding)
SET n.textEmbeddingRun = $run
