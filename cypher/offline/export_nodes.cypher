// The nodes of one set of labels, a value for each column; what drivers would change is told as text.
// Scan: the whole graph is carried over.
MATCH (n) WHERE labels(n) = $kind
RETURN elementId(n) AS node,
  [c IN $columns | CASE WHEN c.only AND NOT valueType(n[c.key]) IN c.types THEN null
    WHEN c.texts THEN toStringList(n[c.key]) WHEN c.text THEN toString(n[c.key]) ELSE n[c.key] END] AS values
