// Which resource bridges the way to which job cluster, over all students who aim there.
UNWIND $rows AS row
MATCH (r:Resource {code: row.resource})
MATCH (c:JobCluster {code: row.cluster})
CREATE (r)-[:BRIDGES {bridging: row.bridging, similarity: row.similarity, gain: row.gain, students: row.students, run: $run}]->(c)
