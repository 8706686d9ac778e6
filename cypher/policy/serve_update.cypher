// Points at the update whose policy the next scores use.
MATCH (s:Serving {name: $serving})
MATCH (u:PolicyUpdate {number: $number})
CALL (s) { MATCH (s)-[old:USES]->(:PolicyUpdate) DELETE old }
CREATE (s)-[:USES]->(u)
RETURN u.number AS number
