// Which chain of all paths each student is to go on with in one run, and the chance with which it was drawn.
UNWIND $codes AS code
MATCH (:Student {code: code})-[:RECEIVED]->(r:Recommendation)
WHERE r.run = $run AND r.leads
RETURN code AS owner, code AS student, r.id AS id, r.next AS chance
ORDER BY owner
