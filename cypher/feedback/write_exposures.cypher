// Keeps which chain stood first where a student looked, once a round, with all that another policy is judged by.
// A list that was made anew meanwhile has another chance, and is not taken for the one that was seen.
UNWIND $rows AS row
MATCH (first:Recommendation {id: row.chosen, run: row.run})
WHERE row.chance = CASE row.slot WHEN 'NEXT' THEN first.next ELSE first.propensity END
MATCH (s:Student)-[:RECEIVED]->(first)
MATCH (s)-[:HAS_STAGE]->(n:StageState) WHERE n.run = row.run
CALL (s, row) {
  MATCH (s)-[:RECEIVED]->(r:Recommendation)
  WHERE r.run = row.run AND CASE row.slot WHEN 'NEXT' THEN r.rank = 1 ELSE r.path = row.slot END
  WITH r ORDER BY r.path, r.rank
  RETURN collect(r) AS shown
}
WITH row, s, n, shown WHERE size(shown) > 1
MERGE (e:Exposure {code: s.code + '|' + row.slot + '|' + row.round})
ON CREATE SET e.slot = row.slot, e.round = row.round, e.policy = row.policy, e.run = row.run, e.chosen = row.chosen,
  e.at = datetime() - duration({milliseconds: row.age}), e.propensity = row.chance, e.source = 'skillpath',
  e.state = [n.enrol, n.learn, n.work, n.startUp],
  e.candidates = [r IN shown | r.id], e.paths = [r IN shown | r.path],
  e.values = reduce(all = [], r IN shown | all + [
    r.match, CASE r.path WHEN 'JOB' THEN r.match ELSE 1 END * (1 - exp(-r.gain)), r.bridging, r.heat, r.stage, r.redundancy,
    coalesce(r.affinity, 0.0), coalesce(r.popularity, 0.0), coalesce(r.urgency, 0.0)
  ])
MERGE (s)-[:SAW]->(e)
RETURN count(e) AS logged
