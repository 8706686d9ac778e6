// Closes a run that readers are not pointed at, such as a sync.
MATCH (r:Run {id: $id})
SET r.finishedAt = datetime(), r.metrics = $metrics
RETURN r.id AS id
