// Raw terms of one source and the matcher's mapping; a mapping made by a person is never replaced.
UNWIND $rows AS row
MERGE (t:Term {code: row.code})
WITH t, row, t.hash IS NULL AS isNew
WHERE isNew OR t.hash <> row.hash
SET t.text = row.text, t.mentions = row.mentions, t.hash = row.hash, t.source = $source, t.updatedAt = datetime()
WITH t, row, isNew, EXISTS { (t)-[m:MAPS_TO]->() WHERE m.by <> 'matcher' } AS decided
CALL (t, decided) { MATCH (t)-[old:MAPS_TO]->() WHERE NOT decided DELETE old }
CALL (t, row, decided) {
  MATCH (s:Skill {code: row.skill}) WHERE NOT decided
  CREATE (t)-[:MAPS_TO {method: row.method, score: row.score, status: 'accepted', by: 'matcher', at: datetime()}]->(s)
}
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
