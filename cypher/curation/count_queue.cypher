// How many terms of one status a filter finds.
MATCH (t:Term {status: $status})
WHERE ($source IS NULL OR t.source = $source) AND ($contains IS NULL OR toLower(t.text) CONTAINS $contains)
RETURN count(t) AS total
