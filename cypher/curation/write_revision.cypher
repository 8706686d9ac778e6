// One revision of the trail, tied to what it changed; the vocabulary moves on to it.
MATCH (v:Vocabulary {name: 'current'})
SET v.revision = $row.number
CREATE (r:Revision {number: $row.number})
SET r += $row
WITH r
CALL (r) { UNWIND $skills AS code MATCH (n:Skill {code: code}) CREATE (r)-[:CHANGED]->(n) }
CALL (r) { UNWIND $terms AS code MATCH (n:Term {code: code}) CREATE (r)-[:CHANGED]->(n) }
CALL (r) { UNWIND $proposals AS code MATCH (n:Proposal {code: code}) CREATE (r)-[:CHANGED]->(n) }
RETURN r.number AS number
