// Which of the given codes are job clusters.
UNWIND $codes AS code
MATCH (n:JobCluster {code: code})
RETURN n.code AS code
