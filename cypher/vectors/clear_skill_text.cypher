// Takes away the text vectors that earlier runs left to what this run knows nothing of.
MATCH (n:Skill)
USING INDEX n:Skill(textEmbeddingRun)
WHERE n.textEmbeddingRun < $run OR n.textEmbeddingRun > $run
REMOVE n.textEmbedding, n.textEmbeddingRun
