// The hashes of what stands of the given students in a run, and as of which change of the student it does.
UNWIND $codes AS code
MATCH (:Student {code: code})-[:STANDS]->(n:Standing) WHERE n.run = $run
RETURN code AS student, n.said AS said, n.seen AS seen
