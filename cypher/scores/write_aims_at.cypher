// The job clusters a run found a student to aim at, nearest first; the first with a plan: resources in order, and their joint gain.
// Rows are columns; students and clusters are positions in the lists of nodes, each of which is looked up once.
WITH COLLECT { UNWIND $nodes.student AS code OPTIONAL MATCH (s:Student {code: code}) RETURN s } AS students,
     COLLECT { UNWIND $nodes.cluster AS code OPTIONAL MATCH (c:JobCluster {code: code}) RETURN c } AS clusters
UNWIND range(0, size($rows.student) - 1) AS i
WITH i, students[$rows.student[i]] AS s, clusters[$rows.cluster[i]] AS c
WHERE s IS NOT NULL AND c IS NOT NULL
CREATE (s)-[:AIMS_AT {
  match: $rows.match[i], gap: $rows.gap[i], required: $rows.required[i], rank: $rows.rank[i], stated: $rows.stated[i],
  plan: $rows.plan[i], planGain: $rows.planGain[i], run: $run
}]->(c)
