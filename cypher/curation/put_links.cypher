// Sets each link between a node and a skill to the given properties, or removes it where they are null; `existed`
// says whether there is one to remove. What was computed of a student whose own links change is stale from then on.
UNWIND $rows AS row
MATCH (s:Skill {code: row.target})
CALL (row) {
  WITH row WHERE row.label = 'Job' MATCH (a:Job {code: row.source}) RETURN a
  UNION WITH row WHERE row.label = 'JobCluster' MATCH (a:JobCluster {code: row.source}) RETURN a
  UNION WITH row WHERE row.label = 'Project' MATCH (a:Project {code: row.source}) RETURN a
  UNION WITH row WHERE row.label = 'Resource' MATCH (a:Resource {code: row.source}) RETURN a
  UNION WITH row WHERE row.label = 'Student' MATCH (a:Student {code: row.source}) RETURN a
  UNION WITH row WHERE row.label = 'Term' MATCH (a:Term {code: row.source}) RETURN a
  UNION WITH row WHERE row.label = 'Skill' MATCH (a:Skill {code: row.source}) RETURN a
  UNION WITH row WHERE row.label = 'Recommendation'
    MATCH (a:Recommendation {id: row.source, run: row.run}) RETURN a
}
CALL (row, a, s) {
  WITH row, a, s WHERE row.existed
  MATCH (a)-[old]->(s)
  WHERE type(old) = row.type AND (a:Recommendation OR coalesce(old.run, '') = row.run)
  DELETE old
}
FOREACH (it IN CASE WHEN row.label = 'Student' THEN [a] ELSE [] END | SET it.updatedAt = datetime())
WITH row, a, s
CALL (row, a, s) {
  WITH row, a, s WHERE row.properties IS NOT NULL
  CREATE (a)-[r:$(row.type)]->(s)
  SET r = row.properties
}
RETURN count(*) AS written
