// Takes away the vectors that earlier runs left to what this run knows nothing of.
MATCH (n:Student)
USING INDEX n:Student(embeddingRun)
WHERE n.embeddingRun < $run OR n.embeddingRun > $run
REMOVE n.embedding, n.embeddingRun
