// What a run computed a student to be capable of, and which evidence and component contributed how much of it.
// Rows are columns; students and skills are positions in the lists of nodes, each of which is looked up once.
WITH COLLECT { UNWIND $nodes.student AS code OPTIONAL MATCH (s:Student {code: code}) RETURN s } AS students,
     COLLECT { UNWIND $nodes.skill AS code OPTIONAL MATCH (k:Skill {code: code}) RETURN k } AS skills
UNWIND range(0, size($rows.student) - 1) AS i
WITH i, students[$rows.student[i]] AS s, skills[$rows.skill[i]] AS k
WHERE s IS NOT NULL AND k IS NOT NULL
CREATE (s)-[:HAS {
  level: $rows.level[i], evidence: $rows.evidence[i], shares: $rows.shares[i], components: $rows.components[i], run: $run
}]->(k)
