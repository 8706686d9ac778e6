// The skills a student lacks for the first target, and how much a level of each counts.
// Rows are columns; students and skills are positions in the lists of nodes, each of which is looked up once.
WITH COLLECT { UNWIND $nodes.student AS code OPTIONAL MATCH (s:Student {code: code}) RETURN s } AS students,
     COLLECT { UNWIND $nodes.skill AS code OPTIONAL MATCH (k:Skill {code: code}) RETURN k } AS skills
UNWIND range(0, size($rows.student) - 1) AS i
WITH i, students[$rows.student[i]] AS s, skills[$rows.skill[i]] AS k
WHERE s IS NOT NULL AND k IS NOT NULL
CREATE (s)-[:LACKS {
  have: $rows.have[i], required: $rows.required[i], gap: $rows.gap[i], weight: $rows.weight[i],
  toward: $rows.cluster[i], run: $run
}]->(k)
