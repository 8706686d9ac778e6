// What each job post adds to the demand of its month: its cluster, region and employer, how many people, and the pay.
// Scan: the series are made of all posts.
MATCH (j:Job)
WHERE j.postedAt IS NOT NULL
OPTIONAL MATCH (j)-[:IN_CLUSTER]->(c:JobCluster)
OPTIONAL MATCH (j)-[:IN_REGION]->(r:Region)
OPTIONAL MATCH (j)-[:POSTED_BY]->(e:Employer)
RETURN c.code AS cluster, toString(date.truncate('month', j.postedAt)) AS period, r.code AS region, e.code AS employer,
       coalesce(j.vacancies, 1) AS vacancies, j.salaryMin AS salaryMin, j.salaryMax AS salaryMax,
       j.salaryCurrency AS salaryCurrency, j.repostOf IS NOT NULL AS repost, j.removedAt IS NOT NULL AS removed
