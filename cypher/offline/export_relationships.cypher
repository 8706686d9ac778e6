// The relationships of one type, a value for each column; what drivers would change is told as text.
// Scan: the whole graph is carried over.
MATCH (a)-[r]->(b) WHERE type(r) = $kind AND NOT a:__Neo4jMigration AND NOT b:__Neo4jMigration
RETURN elementId(a) AS source, elementId(b) AS target,
  [c IN $columns | CASE WHEN c.only AND NOT valueType(r[c.key]) IN c.types THEN null
    WHEN c.texts THEN toStringList(r[c.key]) WHEN c.text THEN toString(r[c.key]) ELSE r[c.key] END] AS values
