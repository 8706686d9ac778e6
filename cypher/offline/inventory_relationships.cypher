// Which properties of which types the relationships of each type have; a null property for those without any.
// Scan: the whole graph is carried over.
MATCH (a)-[r]->(b) WHERE NOT a:__Neo4jMigration AND NOT b:__Neo4jMigration
UNWIND CASE WHEN isEmpty(keys(r)) THEN [null] ELSE keys(r) END AS key
RETURN type(r) AS kind, key, valueType(r[key]) AS type, count(*) AS count
