// Takes away the vectors that earlier runs left to what this run knows nothing of.
MATCH (n:Resource)
USING INDEX n:Resource(embeddingRun)
WHERE n.embeddingRun < $run OR n.embeddingRun > $run
REMOVE n.embedding, n.embeddingRun
