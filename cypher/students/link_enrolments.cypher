// Who took which resource, when, how far and how well.
UNWIND $rows AS row
MATCH (s:Student {code: row.student})
MATCH (r:Resource {code: row.resource})
MERGE (s)-[e:ENROLLED_IN]->(r)
WITH e, row, e.hash IS NULL AS isNew
WHERE isNew OR e.hash <> row.hash
SET e.at = row.at, e.progress = row.progress, e.practice = row.practice, e.score = row.score,
    e.hash = row.hash, e.source = $source
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
