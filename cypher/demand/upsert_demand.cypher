// Months of demand of job clusters, in all or in one region; a row whose hash is already there is left alone.
UNWIND $rows AS row
MATCH (c:JobCluster {code: row.cluster})
MERGE (d:Demand {code: row.code})
WITH c, d, row, d.hash IS NULL AS isNew
WHERE isNew OR d.hash <> row.hash
SET d.cluster = row.cluster, d.region = row.region, d.period = row.period, d.postings = row.postings,
    d.vacancies = row.vacancies, d.employers = row.employers, d.removed = row.removed, d.salaries = row.salaries,
    d.salaryMedian = row.salaryMedian, d.salaryCurrency = row.salaryCurrency,
    d.postingsScore = row.postingsScore, d.salaryScore = row.salaryScore,
    d.hash = row.hash, d.source = 'demand', d.updatedAt = datetime()
MERGE (c)-[:HAD]->(d)
WITH d, row, isNew
CALL (d, row) { MATCH (r:Region {code: row.region}) MERGE (d)-[:IN_REGION]->(r) }
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
