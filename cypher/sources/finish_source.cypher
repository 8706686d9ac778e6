// A source was read to its end.
MERGE (s:Source {code: $source})
SET s += $state, s.complete = true, s.run = $run, s.updatedAt = datetime()
