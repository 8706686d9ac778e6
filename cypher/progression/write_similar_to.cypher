// Which resources are most like each other by title and text; `weight` is what having done the first adds to
// the affinity to the second.
UNWIND $rows AS row
MATCH (a:Resource {code: row.source})
MATCH (b:Resource {code: row.target})
CREATE (a)-[:SIMILAR_TO {similarity: row.similarity, weight: row.weight, run: $run}]->(b)
