// Courses and other resources with a second label for their kind, each replaced whole when its content changed.
UNWIND $rows AS row
MERGE (r:Resource {code: row.code})
WITH r, row, r.hash IS NULL AS isNew
WHERE isNew OR r.hash <> row.hash
REMOVE r:Course:Training:Competition:Certificate:Mentor:Policy:Incubator
SET r:$(row.label), r.label = row.title, r.text = row.text, r.provider = row.provider, r.startsAt = row.starts_at,
    r.hours = row.hours, r.hash = row.hash, r.source = $source, r.synthetic = $synthetic, r.updatedAt = datetime()
WITH r, row, isNew
CALL (r) { MATCH (r)-[old:IMPROVES|MENTIONS]->() DELETE old }
CALL (r, row) {
  UNWIND row.needs AS need
  MATCH (s:Skill {code: need.code})
  CREATE (r)-[:IMPROVES {gain: need.gain, via: need.via}]->(s)
}
CALL (r, row) { UNWIND row.terms AS term MATCH (t:Term {code: term}) CREATE (r)-[:MENTIONS]->(t) }
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
