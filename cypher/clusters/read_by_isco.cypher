// The job clusters of each given field of work, the most wanted by the served forecasts first.
UNWIND $codes AS owner
CALL (owner) {
  MATCH (c:JobCluster) WHERE c.isco STARTS WITH owner
  WITH c ORDER BY coalesce(c.warningIndex, 0.0) DESC, c.label, c.code
  WITH collect({code: c.code, label: c.label}) AS ranked
  RETURN ranked[..$first] AS shown, size(ranked) AS total
}
UNWIND shown AS row
RETURN owner, row.code AS code, row.label AS label, total
