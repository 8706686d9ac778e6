// Removes BRIDGES relationships of every run but the one kept, so many at a time.
MATCH ()-[r:BRIDGES]->() USING INDEX r:BRIDGES(run) WHERE r.run < $keep OR r.run > $keep
WITH r LIMIT $limit
DELETE r
RETURN count(r) AS removed
