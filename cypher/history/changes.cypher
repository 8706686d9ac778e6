// What every import and sync changed, the newest first.
MATCH (r:Run)
WHERE r.kind IN ['import', 'sync']
RETURN r.id AS id, r.metrics AS metrics
ORDER BY r.startedAt DESC, r.id DESC
