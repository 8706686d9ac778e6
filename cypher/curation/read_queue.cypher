// A page of terms of one status, those that touch most records first; what stands after the mark comes next.
MATCH (t:Term {status: $status})
WHERE ($source IS NULL OR t.source = $source) AND ($contains IS NULL OR toLower(t.text) CONTAINS $contains)
WITH t, COUNT { (t)<-[:MENTIONS]-() } AS affected
ORDER BY CASE $order WHEN 'TEXT' THEN 0 ELSE affected END DESC, t.text, t.code
WITH collect({term: t, affected: affected}) AS found
UNWIND range($skip, $skip + $first - 1) AS at
WITH found, at WHERE at < size(found)
WITH size(found) AS total, at, found[at].term AS t, found[at].affected AS affected
RETURN total, at + 1 AS position, affected, t.code AS code, t.text AS text, t.source AS source, t.mentions AS mentions,
  t.status AS status
