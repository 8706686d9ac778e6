// Hashes of one source's students, to tell what changed.
MATCH (n:Student {source: $source})
RETURN n.code AS code, n.content AS content, n.hash AS hash, coalesce(n.removed, false) AS removed, n.corrected AS corrected
