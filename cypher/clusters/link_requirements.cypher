// What each job cluster requires, with level, weight and whether it is essential.
UNWIND $rows AS row
MATCH (c:JobCluster {code: row.cluster})
MATCH (s:Skill {code: row.skill})
MERGE (c)-[need:REQUIRES]->(s)
WITH need, row, need.level IS NULL AS isNew
WHERE isNew OR need.level <> row.level OR need.weight <> row.weight OR need.essential <> row.essential
SET need.level = row.level, need.weight = row.weight, need.essential = row.essential, need.source = $source
RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS inserted, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS updated
