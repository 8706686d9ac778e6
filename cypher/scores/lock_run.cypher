// Holds a run where it is served until the transaction ends, and tells the hashes of what stands of the given students
// in it; no row at all where it is not served. Whoever rewrites holds it, so that no two wait for each other's nodes.
MATCH (serving:Serving {name: $serving})-[:USES]->(r:Run {id: $run})
SET serving.locked = datetime()
WITH r
UNWIND $codes AS code
OPTIONAL MATCH (:Student {code: code})-[:HAS_STAGE]->(n:StageState) WHERE n.run = r.id
RETURN code AS student, n IS NOT NULL AS stored, n.rowHashes AS rowHashes
