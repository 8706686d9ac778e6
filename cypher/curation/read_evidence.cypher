// What the records that mention the given terms say of the given skills.
UNWIND $codes AS code
MATCH (:Term {code: code})<-[:MENTIONS]-(record)
WITH DISTINCT record
MATCH (record)-[r:REQUIRES|IMPROVES|HAS]->(s:Skill)
WHERE s.code IN $skills AND r.run IS NULL
RETURN type(r) AS type, head([l IN labels(record) WHERE l IN $labels]) AS label, record.code AS source,
  s.code AS target, properties(r) AS properties
