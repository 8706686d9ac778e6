// Empty lists, which the importer cannot write, from the names that it wrote instead.
// Scan: done once, right after the whole graph was written.
MATCH ()-[r]->() WHERE r._emptyLists IS NOT NULL
WITH r LIMIT $limit
FOREACH (key IN r._emptyLists | SET r[key] = [])
REMOVE r._emptyLists
RETURN count(r) AS filled
