// Revisions after a number, oldest first, with all they changed.
MATCH (r:Revision)
WHERE r.number > $after
RETURN properties(r) AS properties ORDER BY r.number LIMIT $first
