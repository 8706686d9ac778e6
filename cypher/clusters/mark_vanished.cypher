// Occupations that a newer release does not have; they stay, without requirements.
UNWIND $codes AS code
MATCH (c:JobCluster {code: code})
SET c.vanished = $version, c.hash = null, c.updatedAt = datetime()
RETURN count(c) AS removed
