// Job clusters by code.
UNWIND $codes AS code
MATCH (c:JobCluster {code: code})
RETURN c.code AS code, c.label AS label
