// Removes months that no post speaks of any more.
UNWIND $codes AS code
MATCH (d:Demand {code: code})
DETACH DELETE d
RETURN count(*) AS removed
