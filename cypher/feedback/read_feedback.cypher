// What was done with the same suggestion to the same student on the same path in this run or any before, the last first.
UNWIND $codes AS code
CALL (code) {
  MATCH (f:Feedback {recommendation: code})
  RETURN f ORDER BY f.at DESC, f.code LIMIT $first
}
RETURN code AS owner, f.event AS event, f.at AS at, f.code AS key
ORDER BY owner, at DESC, key
