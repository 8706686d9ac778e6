// What having done one resource adds to the affinity to another one, and how many students went on to it.
// Scan: a snapshot reads every such relationship.
MATCH (a:Resource)-[e:FOLLOWED_BY|SIMILAR_TO]->(b:Resource)
RETURN a.code AS source, b.code AS target, e.weight AS value, e.nextWeight AS next_weight,
  coalesce(e.support, 0) AS support
