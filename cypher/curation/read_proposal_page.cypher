// A page of proposals of one status, the oldest first.
MATCH (p:Proposal {status: $status})
WITH p ORDER BY p.at, p.code
WITH collect(p) AS found
UNWIND range($skip, $skip + $first - 1) AS at
WITH found, at WHERE at < size(found)
WITH size(found) AS total, at, found[at] AS p
RETURN total, at + 1 AS position, properties(p) AS properties
