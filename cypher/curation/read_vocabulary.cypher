// The state of the vocabulary in numbers.
OPTIONAL MATCH (v:Vocabulary {name: 'current'})
RETURN coalesce(v.revision, 0) AS revision, v.updatedAt AS updatedAt,
  COUNT { MATCH (s:Skill) } AS skills,
  COUNT { MATCH (t:Term) } AS terms,
  COUNT { MATCH (t:Term {status: 'mapped'}) } AS mapped,
  COUNT { MATCH (t:Term {status: 'unmapped'}) } AS unmapped,
  COUNT { MATCH (t:Term {status: 'review'}) } AS review,
  COUNT { MATCH (t:Term {status: 'rejected'}) } AS rejected
