// Removes requirements that a newer release does not have.
UNWIND $rows AS row
MATCH (:JobCluster {code: row.cluster})-[r:REQUIRES]->(:Skill {code: row.skill})
DELETE r
