// Removes what people went on to as earlier runs found it, so many at a time.
MATCH ()-[r:FOLLOWED_BY]->() USING INDEX r:FOLLOWED_BY(run)
WHERE r.run < $run OR r.run > $run
WITH r LIMIT $limit
DELETE r
RETURN count(r) AS removed
