// Occupations of one vocabulary that are those of another; what a person said stays.
UNWIND $rows AS row
MATCH (a:JobCluster {code: row.source})
MATCH (b:JobCluster {code: row.target})
MERGE (a)-[m:MAPS_TO]->(b)
WITH m, row, m.by IS NULL AS isNew
WHERE isNew OR (m.by = 'crosswalk' AND (m.score <> row.score OR m.method <> row.method))
SET m.method = row.method, m.score = row.score, m.status = row.status, m.by = 'crosswalk', m.at = datetime()
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
