// Tombstones: enrolments that their source no longer lists stay, marked.
UNWIND $codes AS code
MATCH (s)-[n:ENROLLED_IN {code: code}]->() WHERE n.source = $source AND n.removed IS NULL
SET n.removed = true, n.removedAt = datetime(), s.updatedAt = datetime()
RETURN count(n) AS removed
