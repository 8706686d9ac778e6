// Proposals by code.
UNWIND $codes AS code
MATCH (p:Proposal {code: code})
RETURN p.code AS code, properties(p) AS properties
