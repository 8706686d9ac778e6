// What each skill is, groups left out.
// Scan: models learn from the whole vocabulary.
MATCH (n:Skill) WHERE n.kind <> 'group'
RETURN n.code AS code, n.label AS label, n.definition AS about
