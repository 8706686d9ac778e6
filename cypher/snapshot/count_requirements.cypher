// Number of skills that job clusters require; from the counts the database keeps.
MATCH (:JobCluster)-[r:REQUIRES]->()
RETURN count(r) AS requirements
