// What was done since a moment and until the window of another closes, with each exposure of the same student that showed it.
MATCH (f:Feedback)
WHERE f.at >= datetime($after) AND f.at < datetime($until) + $window
OPTIONAL MATCH (f)<-[:GAVE]-(:Student)-[:SAW]->(e:Exposure)
WHERE f.recommendation IN e.candidates AND f.at >= e.at AND f.at < e.at + $window
RETURN f.code AS key, f.event AS event, e.code AS exposure, e.chosen = f.recommendation AS first
ORDER BY key, exposure
