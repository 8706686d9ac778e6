// Hashes of one source's feedback, to tell what changed.
MATCH ()-[n:WORKED_AT {source: $source}]->()
RETURN n.code AS code, n.content AS content, n.hash AS hash, coalesce(n.removed, false) AS removed, n.corrected AS corrected
