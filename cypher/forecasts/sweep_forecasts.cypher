// Removes forecasts of every run but the one kept, so many at a time.
MATCH (f:Forecast)
USING INDEX f:Forecast(run)
WHERE f.run < $keep OR f.run > $keep
WITH f LIMIT $limit
DETACH DELETE f
RETURN count(f) AS removed
