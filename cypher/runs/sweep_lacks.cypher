// Removes LACKS relationships of every run but the one kept, so many at a time.
MATCH ()-[r:LACKS]->() USING INDEX r:LACKS(run) WHERE r.run < $keep OR r.run > $keep
WITH r LIMIT $limit
DELETE r
RETURN count(r) AS removed
