// Removes edges of the hierarchy that a newer release does not have.
UNWIND $rows AS row
MATCH (:Skill {code: row.child})-[r:BROADER]->(:Skill {code: row.parent})
DELETE r
