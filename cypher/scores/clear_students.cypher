// Takes away what a run said of the given students, so that it can be said anew in the same transaction.
UNWIND $codes AS code
MATCH (s:Student {code: code})
CALL (s) { MATCH (s)-[r:HAS|LACKS|AIMS_AT]->() WHERE r.run = $run DELETE r }
CALL (s) { MATCH (s)-[:RECEIVED|HAS_STAGE]->(n) WHERE n.run = $run DETACH DELETE n }
