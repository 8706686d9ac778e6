// Occupations as job clusters; a row whose hash is already there is left alone.
UNWIND $rows AS row
MERGE (c:JobCluster {code: row.code})
WITH c, row, c.hash IS NULL AS isNew
WHERE isNew OR c.hash <> row.hash
SET c.label = row.label, c.altLabels = row.altLabels, c.definition = row.definition, c.isco = row.isco,
    c.uri = row.uri, c.vanished = null, c.hash = row.hash, c.source = coalesce(c.source, $source), c.updatedAt = datetime()
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
