// Every dated post that repeats no other, as the demand series counts them: ads that were taken down were asked for too.
// Scan: models learn from all posts.
MATCH (j:Job)
WHERE j.postedAt IS NOT NULL AND j.repostOf IS NULL
OPTIONAL MATCH (j)-[:IN_CLUSTER]->(c:JobCluster)
OPTIONAL MATCH (j)-[:IN_INDUSTRY]->(i:Industry)
OPTIONAL MATCH (j)-[:IN_REGION]->(r:Region)
OPTIONAL MATCH (j)-[:POSTED_BY]->(e:Employer)
RETURN j.code AS code, c.code AS cluster, i.code AS industry, r.code AS region, e.code AS employer,
  duration.inDays(date('1970-01-01'), j.postedAt).days AS day, j.label AS label, j.text AS text,
  j.salaryMin AS salaryMin, j.salaryMax AS salaryMax, j.salaryCurrency AS salaryCurrency
