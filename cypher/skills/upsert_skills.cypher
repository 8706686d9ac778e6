// Skills and skill groups of one release; a row whose hash is already there is left alone.
UNWIND $rows AS row
MERGE (s:Skill {code: row.code})
WITH s, row, s.hash IS NULL AS isNew
WHERE isNew OR s.hash <> row.hash
SET s.label = row.label, s.altLabels = row.altLabels, s.definition = row.definition, s.kind = row.kind,
    s.status = row.status, s.uri = row.uri, s.category = row.category,
    s.hash = row.hash, s.source = $source, s.updatedAt = datetime()
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
