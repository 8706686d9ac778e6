// What the served forecasts say of the given job clusters now.
UNWIND $codes AS code
MATCH (c:JobCluster {code: code})
WHERE c.forecastRun IS NOT NULL
RETURN c.code AS code, toString(c.forecastPeriod) AS period, c.demandClass AS demandClass,
  c.probabilities AS probabilities, c.demand AS demand, c.trend AS trend, c.gap AS gap, c.confidence AS confidence,
  c.warningIndex AS warningIndex, c.warning AS warning,
  [c.gateText, c.gateSequence, c.gateGraph, c.gateSeries] AS gates
