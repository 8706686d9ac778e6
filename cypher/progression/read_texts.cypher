// Titles, texts and providers of all resources that their sources still list.
// Scan: the likeness of all of them is measured.
MATCH (n:Resource)
WHERE n.removed IS NULL
RETURN n.code AS code, n.label AS title, n.text AS text, n.provider AS provider
