// Where each student stands between enrolment, learning, work and start-up, what that leans to, and why there is no chain.
UNWIND $rows AS row
MATCH (s:Student {code: row.student})
CREATE (s)-[:STANDS]->(:Standing {
  id: row.student, run: $run, enrol: row.enrol, learn: row.learn, work: row.work, startUp: row.startUp,
  job: row.job, training: row.training, venture: row.venture, reason: row.reason, source: 'skillpath'
})
