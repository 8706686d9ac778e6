// Hashes of one source's projects, to tell what changed.
MATCH (n:Project {source: $source})
RETURN n.code AS code, n.content AS content, n.hash AS hash, coalesce(n.removed, false) AS removed, n.corrected AS corrected
