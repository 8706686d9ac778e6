// Holds a run where it is served until the transaction ends, if it is served at all.
MATCH (s:Serving {name: $serving})-[:USES]->(r:Run {id: $run})
SET s.held = datetime()
RETURN r.id AS id
