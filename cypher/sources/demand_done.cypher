// The demand series holds what these sources' jobs say.
UNWIND $codes AS code
MATCH (s:Source {code: code})
SET s.demandDue = false
