// Empty lists, which the importer cannot write, from the names that it wrote instead.
// Scan: done once, right after the whole graph was written.
MATCH (n) WHERE n._emptyLists IS NOT NULL
WITH n LIMIT $limit
FOREACH (key IN n._emptyLists | SET n[key] = [])
REMOVE n._emptyLists
RETURN count(n) AS filled
