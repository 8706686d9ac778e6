// Changes properties of skills, new ones included.
UNWIND $rows AS row
MERGE (n:Skill {code: row.code})
SET n += row.properties, n.updatedAt = datetime()
