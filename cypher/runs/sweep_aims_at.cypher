// Removes AIMS_AT relationships of every run but the one kept, so many at a time.
MATCH ()-[r:AIMS_AT]->() USING INDEX r:AIMS_AT(run) WHERE r.run < $keep OR r.run > $keep
WITH r LIMIT $limit
DELETE r
RETURN count(r) AS removed
