// Tombstones: resources that their source no longer lists stay, marked, with all their relationships.
UNWIND $codes AS code
MATCH (n:Resource {code: code}) WHERE n.source = $source AND n.removed IS NULL
SET n.removed = true, n.removedAt = datetime()
RETURN count(n) AS removed
