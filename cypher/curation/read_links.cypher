// Every relationship of the given skills, but the trail of revisions: one row, since thousands take longer to read.
UNWIND $codes AS code
MATCH (s:Skill {code: code})
CALL (s) {
  MATCH (a)-[r]->(s) WHERE NOT a:Revision RETURN a, r, s AS b
  UNION ALL
  MATCH (s)-[r]->(b:Skill) RETURN s AS a, r, b
}
RETURN collect({type: type(r), source: coalesce(a.code, a.id), target: b.code, properties: properties(r),
  label: CASE WHEN a:Student THEN 'Student' WHEN a:Job THEN 'Job' WHEN a:Recommendation THEN 'Recommendation'
    WHEN a:JobCluster THEN 'JobCluster' WHEN a:Resource THEN 'Resource' WHEN a:Project THEN 'Project'
    WHEN a:Term THEN 'Term' ELSE 'Skill' END,
  run: coalesce(r.run, CASE WHEN a:Recommendation THEN a.run END, '')}) AS links
