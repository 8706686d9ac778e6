// Removes what earlier runs found to be alike, so many at a time.
MATCH ()-[r:SIMILAR_TO]->() USING INDEX r:SIMILAR_TO(run)
WHERE r.run < $run OR r.run > $run
WITH r LIMIT $limit
DELETE r
RETURN count(r) AS removed
