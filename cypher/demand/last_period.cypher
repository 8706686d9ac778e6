// The last month that any post speaks of.
MATCH (d:Demand)
USING INDEX d:Demand(period)
WHERE d.period IS NOT NULL
RETURN toString(max(d.period)) AS period
