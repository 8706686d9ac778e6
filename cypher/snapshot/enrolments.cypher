// When each student took each resource, in which order where no day is known, and how far they went.
// Scan: a snapshot reads every enrolment.
MATCH (s:Student)-[e:ENROLLED_IN]->(r:Resource) WHERE e.removed IS NULL
RETURN s.code AS source, r.code AS target, e.progress AS value, e.practice AS practice,
  duration.inDays(date('1970-01-01'), e.at).days AS day, e.position AS position
