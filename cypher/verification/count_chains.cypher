// How many chains of a run some students have, and how many of the students have any.
UNWIND $students AS code
MATCH (s:Student {code: code})-[:RECEIVED]->(r:Recommendation WHERE r.run = $run)
RETURN count(r) AS chains, count(DISTINCT s) AS students
