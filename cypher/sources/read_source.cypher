// What the last sync of a source left: its watermark, what it was read with, and whether it got to the end.
MATCH (s:Source {code: $source})
RETURN properties(s) AS state
