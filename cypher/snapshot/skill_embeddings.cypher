// Learned vectors of all skills that have one.
// Scan: a snapshot reads the whole vocabulary.
MATCH (s:Skill) WHERE s.embedding IS NOT NULL
RETURN s.code AS code, s.embedding AS embedding
