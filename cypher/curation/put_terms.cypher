// Changes properties of terms.
UNWIND $rows AS row
MATCH (n:Term {code: row.code})
SET n += row.properties, n.updatedAt = datetime()
