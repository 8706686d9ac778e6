// Codes of all students that a run says something of.
MATCH (n:Standing {run: $run})<-[:STANDS]-(s:Student)
RETURN s.code AS code ORDER BY code
