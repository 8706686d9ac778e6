// Where students stand in one run, which path that leans to, why there is no chain where there is none, what fields of
// work fit who has no target, and whether anything of theirs changed since.
UNWIND $codes AS code
MATCH (s:Student {code: code})-[:HAS_STAGE]->(n:StageState) WHERE n.run = $run
RETURN code AS owner, n.enrol AS enrol, n.learn AS learn, n.work AS work, n.startUp AS startUp, n.job AS job,
       n.training AS training, n.venture AS venture, n.reason AS reason,
       n.fields AS fields, n.fieldMatches AS fieldMatches,
       coalesce(toString(s.updatedAt), '') <> coalesce(n.seen, '') AS stale
