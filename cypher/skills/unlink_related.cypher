// Removes relations between skills that a newer release does not have.
UNWIND $rows AS row
MATCH (:Skill {code: row.source})-[r:RELATED]->(:Skill {code: row.target})
DELETE r
