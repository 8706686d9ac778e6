// All posts that are still listed, with their dates and region; of an ad and its reposts the first.
// Scan: a snapshot reads every one.
MATCH (n:Job)
WHERE n.removed IS NULL AND NOT EXISTS { (n)-[:REPOST_OF]->(o:Job) WHERE o.removed IS NULL }
RETURN n.code AS code, n.label AS label, duration.inDays(date('1970-01-01'), n.postedAt).days AS opened,
  duration.inDays(date('1970-01-01'), n.closesAt).days AS closes, [(n)-[:IN_REGION]->(g) | g.code][0] AS region
