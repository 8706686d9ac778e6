// Tombstones: students that their source no longer lists stay, marked, with all their relationships.
UNWIND $codes AS code
MATCH (n:Student {code: code}) WHERE n.source = $source AND n.removed IS NULL
SET n.removed = true, n.removedAt = datetime(), n.updatedAt = datetime()
RETURN count(n) AS removed
