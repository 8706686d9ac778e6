// Names of version 0.1.0 become those of 0.2.0. No value changes, and a second run finds nothing to move.
MATCH (n:Standing) SET n:StageState, n.rowHashes = n.said REMOVE n:Standing, n.said;
MATCH (s:Student)-[old:STANDS]->(n:StageState) CREATE (s)-[:HAS_STAGE]->(n) DELETE old;
MATCH (s:Serving) WHERE s.held IS NOT NULL SET s.locked = s.held REMOVE s.held;
