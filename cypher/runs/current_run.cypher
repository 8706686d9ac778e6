// The run that readers see.
MATCH (:Serving {name: $serving})-[:USES]->(r:Run)
RETURN r.id AS id, r.kind AS kind, r.startedAt AS startedAt, r.finishedAt AS finishedAt, r.metrics AS metrics
