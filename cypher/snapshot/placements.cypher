// Posts and employers that students worked at, and since when.
// Scan: a snapshot reads every placement.
MATCH (s:Student)-[w:WORKED_AT]->(x) WHERE w.removed IS NULL
RETURN s.code AS source, x.code AS target, 1.0 AS value, duration.inDays(date('1970-01-01'), w.from).days AS day
