// What a model said of each job cluster at the end of each month.
UNWIND $rows AS row
MATCH (c:JobCluster {code: row.cluster})
CREATE (c)-[:FORECAST]->(f:Forecast {code: $run + '|' + row.cluster + '|' + toString(row.period), run: $run})
SET f += row
