// Which of the given codes are projects.
UNWIND $codes AS code
MATCH (n:Project {code: code})
RETURN n.code AS code
