// The time, and the last revision of the vocabulary.
OPTIONAL MATCH (v:Vocabulary {name: 'current'})
RETURN toString(datetime()) AS at, coalesce(v.revision, 0) AS revision
