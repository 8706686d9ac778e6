// Skills that a newer release does not have: deprecated, never deleted.
UNWIND $codes AS code
MATCH (s:Skill {code: code})
SET s.status = 'deprecated', s.vanished = $version, s.hash = null, s.updatedAt = datetime()
RETURN count(s) AS removed
