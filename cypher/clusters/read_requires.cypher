// The skills that each given job cluster requires, the most essential and highest first.
UNWIND $codes AS owner
MATCH (c:JobCluster {code: owner})
CALL (c) {
  MATCH (c)-[r:REQUIRES]->(k:Skill)
  WITH r, k ORDER BY coalesce(r.weight, 1.0) DESC, r.level DESC, k.label, k.code
  WITH collect({level: r.level, weight: r.weight, code: k.code, label: k.label}) AS ranked
  RETURN ranked[..$first] AS shown, size(ranked) AS total
}
UNWIND shown AS row
RETURN owner, row.level AS level, row.weight AS weight, row.code AS code, row.label AS label, total
