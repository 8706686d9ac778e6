// Terms by code.
UNWIND $codes AS code
MATCH (t:Term {code: code})
RETURN t.code AS code, t.text AS text, t.source AS source, t.mentions AS mentions, t.status AS status
