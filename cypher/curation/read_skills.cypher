// What the workshop knows of each given skill.
UNWIND $codes AS code
MATCH (s:Skill {code: code})
RETURN s.code AS code, s {.code, .label, .altLabels, .localLabels, .definition, .kind, .status, .localStatus,
  .category, .source, .revision, .standing} AS properties
