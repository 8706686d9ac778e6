// The hierarchy that one release gave.
MATCH (child:Skill {source: $source})-[r:BROADER {source: $source}]->(parent:Skill)
USING INDEX child:Skill(source)
RETURN child.code AS child, parent.code AS parent
