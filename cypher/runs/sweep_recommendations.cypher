// Removes recommendations of every run but the one kept, so many at a time.
MATCH (r:Recommendation) WHERE r.run < $keep OR r.run > $keep
WITH r LIMIT $limit
DETACH DELETE r
RETURN count(r) AS removed
