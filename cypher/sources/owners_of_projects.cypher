// Which live projects with these codes belong to another source.
UNWIND $codes AS code
MATCH (n:Project {code: code}) WHERE n.source <> $source AND n.removed IS NULL
RETURN n.code AS code, n.source AS source
