// What was seen after an exposure and until a moment, in the order of time, so many at a time.
MATCH (e:Exposure)
WHERE e.at >= datetime($after) AND e.at <= datetime($until) AND (e.at > datetime($after) OR e.code > $code)
WITH e ORDER BY e.at, e.code LIMIT $limit
MATCH (s:Student)-[:SAW]->(e)
RETURN e.code AS code, toString(e.at) AS at, s.code AS student, e.chosen AS chosen, e.propensity AS propensity,
       e.state AS state, e.candidates AS candidates, e.paths AS paths, e.values AS values
ORDER BY e.at, code
