// A page of the job clusters that their vocabulary still has, by what the served forecasts say of them; what nothing
// is said of comes last.
MATCH (c:JobCluster)
USING INDEX c:JobCluster(code)
WHERE c.code IS NOT NULL AND c.vanished IS NULL AND ($warning IS NULL OR coalesce(c.warning, false) = $warning)
WITH c, CASE $field
  WHEN 'WARNING_INDEX' THEN c.warningIndex WHEN 'DEMAND' THEN c.demand WHEN 'TREND' THEN c.trend
  WHEN 'GAP' THEN c.gap WHEN 'CONFIDENCE' THEN c.confidence ELSE toLower(c.label) END AS key
ORDER BY key IS NULL, CASE WHEN $descending THEN key END DESC, key, c.code
WITH collect({code: c.code, label: c.label}) AS found
RETURN size(found) AS total, found[$skip..$skip + $first] AS clusters
