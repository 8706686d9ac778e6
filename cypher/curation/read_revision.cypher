// One revision with all it changed.
MATCH (r:Revision {number: $number})
RETURN properties(r) AS properties
