// New numbers for chains whose item is what it was. Rows are columns.
UNWIND range(0, size($rows.id) - 1) AS i
MATCH (r:Recommendation {id: $rows.id[i], run: $run})
SET r.rank = $rows.rank[i], r.score = $rows.score[i], r.match = $rows.match[i], r.gap = $rows.gap[i],
  r.bridging = $rows.bridging[i], r.heat = $rows.heat[i], r.stage = $rows.stage[i], r.redundancy = $rows.redundancy[i],
  r.gain = $rows.gain[i], r.affinity = $rows.affinity[i], r.popularity = $rows.popularity[i], r.urgency = $rows.urgency[i],
  r.contributions = $rows.contributions[i], r.weights = $weights[$rows.path[i]],
  r.propensity = $rows.propensity[i], r.next = $rows.next[i], r.leads = $rows.leads[i], r.updatedAt = datetime()
