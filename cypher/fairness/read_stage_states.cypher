// Every student of whom a run says where it stands, why there is no chain where there is none, and how far the first target is.
MATCH (n:StageState {run: $run})<-[:HAS_STAGE]-(s:Student)
OPTIONAL MATCH (s)-[a:AIMS_AT {rank: 1}]->(:JobCluster) WHERE a.run = $run
RETURN s.code AS student, n.reason AS reason, a.gap AS gap, a.required AS required
