// What each dated post that repeats no other requires: one row a post, with lists of one length.
// Scan: models learn from all posts.
MATCH (j:Job)
WHERE j.postedAt IS NOT NULL AND j.repostOf IS NULL
CALL (j) {
  MATCH (j)-[r:REQUIRES]->(s:Skill)
  RETURN collect(s.code) AS target, collect(coalesce(r.level, 0.0)) AS value
}
RETURN j.code AS source, target, value
