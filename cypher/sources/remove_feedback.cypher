// Tombstones: feedback that their source no longer lists stay, marked.
UNWIND $codes AS code
MATCH (s)-[n:WORKED_AT {code: code}]->() WHERE n.source = $source AND n.removed IS NULL
SET n.removed = true, n.removedAt = datetime(), s.updatedAt = datetime()
RETURN count(n) AS removed
