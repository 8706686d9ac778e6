// The hierarchy that one release gave.
MATCH (child:Skill {source: $source})-[r:BROADER {source: $source}]->(parent:Skill)
RETURN child.code AS child, parent.code AS parent
