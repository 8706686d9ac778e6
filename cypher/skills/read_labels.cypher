// Labels of every usable skill, for the matcher.
// Scan: the matcher is built from the whole vocabulary.
MATCH (s:Skill)
WHERE s.kind <> 'group' AND s.status <> 'deprecated'
RETURN s.code AS code, s.label AS label, s.altLabels AS altLabels
