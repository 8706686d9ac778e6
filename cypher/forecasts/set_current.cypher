// What the served forecasts say of job clusters now, on the clusters themselves.
UNWIND $rows AS row
MATCH (c:JobCluster {code: row.cluster})
SET c.forecastPeriod = row.period, c.demandClass = row.demandClass, c.probabilities = row.probabilities,
    c.demand = row.demand, c.trend = row.trend, c.gap = row.gap, c.confidence = row.confidence,
    c.warningIndex = row.warningIndex, c.warning = row.warning, c.gateText = row.gateText,
    c.gateSequence = row.gateSequence, c.gateGraph = row.gateGraph, c.gateSeries = row.gateSeries,
    c.forecastRun = $run
