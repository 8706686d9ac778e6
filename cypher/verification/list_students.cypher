// Codes of all students that a run says something of.
MATCH (n:StageState {run: $run})<-[:HAS_STAGE]-(s:Student)
RETURN s.code AS code ORDER BY code
