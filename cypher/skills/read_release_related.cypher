// The relations between skills that one release gave.
MATCH (a:Skill {source: $source})-[r:RELATED {source: $source}]->(b:Skill)
USING INDEX a:Skill(source)
RETURN a.code AS source, b.code AS target, r.kind AS kind
