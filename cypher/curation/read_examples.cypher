// Some records that mention each given term, of every kind, and how many there are of each.
UNWIND $codes AS code
MATCH (t:Term {code: code})
CALL (t) {
  MATCH (t)<-[:MENTIONS]-(record)
  RETURN count(CASE WHEN record:Job THEN 1 END) AS postings, count(CASE WHEN record:Student THEN 1 END) AS people,
    count(CASE WHEN record:Resource THEN 1 END) AS courses, count(CASE WHEN record:Project THEN 1 END) AS projects
}
CALL (t) {
  MATCH (t)<-[:MENTIONS]-(record)
  WITH record ORDER BY record.code LIMIT $first
  RETURN collect({label: record.label, text: left(record.text, 20000)}) AS records
}
RETURN code AS owner, postings, people, courses, projects, records
