// Flips readers to a run in this one transaction, provided it is still the writer.
MATCH (s:Serving {name: $serving}) WHERE s.writer = $id
MATCH (r:Run {id: $id})
CALL (s) { MATCH (s)-[old:USES]->(:Run) DELETE old }
CREATE (s)-[:USES]->(r)
SET r.finishedAt = datetime(), r.metrics = $metrics
RETURN r.id AS id
