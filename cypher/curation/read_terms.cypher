// What the workshop knows of each given term.
UNWIND $codes AS code
MATCH (t:Term {code: code})
RETURN t.code AS code, t {.code, .text, .status, .mentions, .source, .revision, .standing, .decidedBy} AS properties
