// Which of the given codes are students.
UNWIND $codes AS code
MATCH (n:Student {code: code})
RETURN n.code AS code
