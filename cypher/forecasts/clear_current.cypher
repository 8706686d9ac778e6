// Takes away what earlier forecasts said of job clusters that this run says nothing of.
MATCH (c:JobCluster)
USING INDEX c:JobCluster(forecastRun)
WHERE c.forecastRun < $run OR c.forecastRun > $run
REMOVE c.forecastPeriod, c.demandClass, c.probabilities, c.demand, c.trend, c.gap, c.confidence, c.warningIndex,
       c.warning, c.gateText, c.gateSequence, c.gateGraph, c.gateSeries, c.forecastRun
