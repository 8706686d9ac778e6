// Skills and skill groups of one release; a row whose hash is already there is left alone, and what stewards decided
// (their labels, a status) stays.
UNWIND $rows AS row
MERGE (s:Skill {code: row.code})
WITH s, row, s.hash IS NULL AS isNew
WHERE isNew OR s.hash <> row.hash
SET s.label = row.label, s.altLabels = COLLECT {
      UNWIND row.altLabels + coalesce(s.localLabels, []) AS name WITH name WHERE name <> row.label
      RETURN DISTINCT name ORDER BY name
    }, s.definition = row.definition, s.kind = row.kind,
    s.status = coalesce(s.localStatus, row.status), s.uri = row.uri, s.category = row.category,
    s.vanished = null, s.hash = row.hash, s.source = coalesce(s.source, $source), s.updatedAt = datetime()
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
