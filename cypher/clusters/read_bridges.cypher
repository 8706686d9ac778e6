// The resources that bridge the way to each given job cluster in one run, the strongest first.
UNWIND $codes AS owner
MATCH (c:JobCluster {code: owner})
CALL (c) {
  MATCH (r:Resource)-[b:BRIDGES]->(c) WHERE b.run = $run
  WITH r, b ORDER BY b.bridging DESC, r.label, r.code
  WITH collect({bridging: b.bridging, gain: b.gain, code: r.code, label: r.label}) AS ranked
  RETURN ranked[..$first] AS shown, size(ranked) AS total
}
UNWIND shown AS row
RETURN owner, row.bridging AS bridging, row.gain AS gain, row.code AS code, row.label AS label, total
