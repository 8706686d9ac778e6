// Raw terms of one source with the matcher's mapping and candidates; what a person decided is never replaced.
UNWIND $rows AS row
MERGE (t:Term {code: row.code})
WITH t, row, t.hash IS NULL AS isNew
WHERE isNew OR t.hash <> row.hash
WITH t, row, isNew, t.decidedBy IS NOT NULL OR EXISTS { (t)-[m:MAPS_TO]->() WHERE m.by <> 'matcher' } AS decided
SET t.text = row.text, t.hash = row.hash, t.source = $source, t.updatedAt = datetime(),
    t.status = CASE WHEN decided THEN coalesce(t.status, 'mapped') ELSE row.status END
WITH t, row, isNew, decided
CALL (t, decided) { MATCH (t)-[old:MAPS_TO]->() WHERE NOT decided DELETE old }
CALL (t) { MATCH (t)-[old:CANDIDATE]->() DELETE old }
CALL (t, row, decided) {
  MATCH (s:Skill {code: row.skill}) WHERE NOT decided
  CREATE (t)-[:MAPS_TO {method: row.method, score: row.score, status: 'accepted', by: 'matcher', at: datetime()}]->(s)
}
CALL (t, row) {
  UNWIND row.candidates AS candidate
  MATCH (s:Skill {code: candidate.skill})
  CREATE (t)-[:CANDIDATE {score: candidate.score, method: candidate.method}]->(s)
}
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
