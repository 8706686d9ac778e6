// Changes properties of proposals, new ones included.
UNWIND $rows AS row
MERGE (n:Proposal {code: row.code})
SET n += row.properties, n.updatedAt = datetime()
