// Hashes of one source's participation, to tell what changed.
MATCH ()-[n:JOINED {source: $source}]->()
RETURN n.code AS code, n.content AS content, n.hash AS hash, coalesce(n.removed, false) AS removed, n.corrected AS corrected
