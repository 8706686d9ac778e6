// The skills that students who aim first at each given job cluster lack most for it, in one run. A student supplies what
// is required of a skill, less what that student lacks; supplied is the mean over all of them.
UNWIND $codes AS owner
MATCH (c:JobCluster {code: owner})
CALL (c) {
  MATCH (s:Student)-[a:AIMS_AT]->(c) WHERE a.run = $run AND a.rank = 1
  WITH collect(s) AS students, count(s) AS many
  UNWIND students AS s
  MATCH (s)-[l:LACKS]->(k:Skill) WHERE l.run = $run
  WITH k, many, l.required AS required, sum(l.gap) AS lacked, count(l) AS lacking
  WITH k, required, lacked / many AS gap, lacking
  ORDER BY gap DESC, k.label, k.code LIMIT $first
  RETURN k.code AS code, k.label AS label, required,
         CASE WHEN gap < required THEN required - gap ELSE 0.0 END AS supplied, gap, lacking AS students
}
RETURN owner, code, label, required, supplied, gap, students
