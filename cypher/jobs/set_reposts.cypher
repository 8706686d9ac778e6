// Which ad repeats which earlier one; without an original it repeats none.
UNWIND $rows AS row
MATCH (j:Job {code: row.code})
CALL (j) { MATCH (j)-[old:REPOST_OF]->() DELETE old }
SET j.repostOf = row.original
WITH j, row
MATCH (o:Job {code: row.original})
CREATE (j)-[:REPOST_OF {similarity: row.similarity, method: row.method}]->(o)
