// Which of the given codes are resources.
UNWIND $codes AS code
MATCH (n:Resource {code: code})
RETURN n.code AS code
