// How many records mention each term of a source, where that changed.
MATCH (t:Term {source: $source})
WITH t, COUNT { (t)<-[:MENTIONS]-() } AS mentions
WHERE t.mentions IS NULL OR t.mentions <> mentions
SET t.mentions = mentions
RETURN count(t) AS updated
