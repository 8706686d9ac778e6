// Every usable skill with its labels and definition, for training the matcher.
// Scan: a matcher is trained on the whole vocabulary.
MATCH (s:Skill)
WHERE s.kind <> 'group' AND s.status <> 'deprecated'
RETURN s.code AS code, s.label AS label, s.altLabels AS altLabels, s.definition AS definition
