// Students by code.
UNWIND $codes AS code
MATCH (s:Student {code: code})
RETURN s.code AS code, s.cohort AS cohort, s.programme AS programme
