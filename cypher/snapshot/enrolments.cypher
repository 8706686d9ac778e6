// How far each student went in each resource taken.
// Scan: a snapshot reads every enrolment.
MATCH (s:Student)-[e:ENROLLED_IN]->(r:Resource) WHERE e.removed IS NULL
RETURN s.code AS source, r.code AS target, e.progress AS value
