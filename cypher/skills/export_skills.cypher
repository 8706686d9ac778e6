// The skills of a source (of all where it is null) as they stand.
// Scan: an export holds the whole vocabulary.
MATCH (s:Skill)
WHERE $source IS NULL OR s.source = $source
RETURN s.code AS code, s.label AS label, s.altLabels AS altLabels, s.definition AS definition, s.kind AS kind,
  s.status AS status, s.uri AS uri, s.category AS category
