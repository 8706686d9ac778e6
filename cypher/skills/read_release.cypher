// The skills of one release as it gave them: without the labels and the status that stewards added.
MATCH (s:Skill {source: $source})
WHERE s.vanished IS NULL
RETURN s.code AS code, s.label AS label,
  [name IN s.altLabels WHERE NOT name IN coalesce(s.localLabels, [])] AS altLabels, s.definition AS definition,
  s.kind AS kind, CASE WHEN s.localStatus IS NULL THEN s.status ELSE 'released' END AS status, s.uri AS uri,
  s.category AS category
