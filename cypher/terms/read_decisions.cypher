// What people decided about the terms of one source: their skill, or none.
MATCH (t:Term)
WHERE t.code STARTS WITH $prefix AND t.decidedBy IS NOT NULL
OPTIONAL MATCH (t)-[:MAPS_TO]->(s:Skill)
RETURN t.code AS code, s.code AS skill
