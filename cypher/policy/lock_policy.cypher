// Locks the policy until the transaction ends, so that updates are serial; the number of the last one.
MERGE (s:Serving {name: $serving})
SET s.locked = datetime()
RETURN coalesce(s.last, 0) AS last
