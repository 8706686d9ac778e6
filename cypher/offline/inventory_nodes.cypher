// Which properties of which types the nodes of each set of labels have; a null property for those without any.
// Scan: the whole graph is carried over.
MATCH (n) WHERE NOT n:__Neo4jMigration
UNWIND CASE WHEN isEmpty(keys(n)) THEN [null] ELSE keys(n) END AS key
RETURN labels(n) AS kind, key, valueType(n[key]) AS type, count(*) AS count
