// Codes and labels of all posts that are still listed; of an ad and its reposts the first.
// Scan: a snapshot reads every one.
MATCH (n:Job)
WHERE n.removed IS NULL AND NOT EXISTS { (n)-[:REPOST_OF]->(o:Job) WHERE o.removed IS NULL }
RETURN n.code AS code, n.label AS label
