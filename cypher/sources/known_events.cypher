// Hashes of one source's events, to tell what changed.
MATCH ()-[n:TRAINED {source: $source}]->()
RETURN n.code AS code, n.content AS content, n.hash AS hash, coalesce(n.removed, false) AS removed, n.corrected AS corrected
