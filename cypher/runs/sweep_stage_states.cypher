// Removes standings of every run but the one kept, so many at a time.
MATCH (n:StageState) WHERE n.run < $keep OR n.run > $keep
WITH n LIMIT $limit
DETACH DELETE n
RETURN count(n) AS removed
