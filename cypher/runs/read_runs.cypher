// Runs by id: what they were, when they ran, and what they counted.
UNWIND $codes AS code
MATCH (r:Run {id: code})
RETURN r.id AS code, r.kind AS kind, r.startedAt AS startedAt, r.finishedAt AS finishedAt, r.metrics AS metrics
