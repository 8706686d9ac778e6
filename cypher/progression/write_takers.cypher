// How many students took each resource, and how likely it is to be gone on to whatever was done before, in [0, 1];
// and the first edition of what has several.
UNWIND $rows AS row
MATCH (n:Resource {code: row.code})
SET n.takers = row.takers, n.popularity = row.popularity, n.edition = row.edition, n.progressionRun = $run
