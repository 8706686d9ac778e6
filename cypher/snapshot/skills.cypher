// Every skill that is not a group, with its learned vector.
// Scan: a snapshot reads the whole vocabulary.
MATCH (s:Skill) WHERE s.kind <> 'group'
RETURN s.code AS code, s.label AS label
