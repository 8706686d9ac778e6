// Which of the given codes are jobs.
UNWIND $codes AS code
MATCH (n:Job {code: code})
RETURN n.code AS code
