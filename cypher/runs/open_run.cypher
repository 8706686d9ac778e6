// Records the start of a run and makes it the one writer: an older writer can no longer be served.
MERGE (s:Serving {name: $serving})
SET s.writer = $id
CREATE (r:Run {
  id: $id, kind: $kind, startedAt: coalesce(datetime($at), datetime()), params: $params, revision: $revision, source: 'skillpath'
})
RETURN r.id AS id
