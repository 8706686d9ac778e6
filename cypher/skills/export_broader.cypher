// The whole hierarchy as it stands.
// Scan: an export holds the whole vocabulary.
MATCH (child:Skill)-[:BROADER]->(parent:Skill)
RETURN child.code AS child, parent.code AS parent
