// One source's terms as they stand, with the skill each is mapped to, by whomever.
MATCH (t:Term {source: $source})
OPTIONAL MATCH (t)-[m:MAPS_TO]->(s:Skill)
RETURN t.code AS code, t.text AS text, t.hash AS hash, s.code AS skill
