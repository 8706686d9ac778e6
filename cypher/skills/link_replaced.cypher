// Which skill replaced which, where nobody has said so yet.
UNWIND $rows AS row
MATCH (old:Skill {code: row.old})
MATCH (new:Skill {code: row.new})
WHERE NOT (old)-[:REPLACED_BY]->()
CREATE (old)-[:REPLACED_BY]->(new)
