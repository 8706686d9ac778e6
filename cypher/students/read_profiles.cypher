// All that scores know of the given students, as their sources state it now.
UNWIND $codes AS code
MATCH (s:Student {code: code})
WHERE s.removed IS NULL
RETURN s.code AS code, toString(s.updatedAt) AS seen, s.label AS label, s.cohort AS cohort, s.gender AS gender,
  duration.inDays(date('1970-01-01'), s.graduatesAt).days AS graduates, [(s)-[:IN_REGION]->(g) | g.code][0] AS region,
  COLLECT {
    MATCH (s)-[e:ENROLLED_IN]->(r:Resource) WHERE e.removed IS NULL
    RETURN {target: r.code, value: e.progress, practice: e.practice, position: e.position,
            day: duration.inDays(date('1970-01-01'), e.at).days}
  } AS enrolments,
  COLLECT {
    MATCH (s)-[w:WORKED_AT]->(x) WHERE w.removed IS NULL
    RETURN {target: x.code, value: 1.0, day: duration.inDays(date('1970-01-01'), w.from).days}
  } AS placements,
  COLLECT {
    MATCH (s)-[m:JOINED]->(p:Project) WHERE m.removed IS NULL
    RETURN {target: p.code, value: 1.0, day: duration.inDays(date('1970-01-01'), m.joinedAt).days}
  } AS memberships,
  COLLECT {
    MATCH (s)-[h:HAS]->(k:Skill) WHERE h.run IS NULL RETURN {target: k.code, value: h.level}
  } AS stated_skills,
  COLLECT { MATCH (s)-[:WANTS]->(c:JobCluster) RETURN {target: c.code, value: 1.0} } AS stated_targets
