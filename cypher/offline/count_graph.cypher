// How much the graph holds, from the counts the database keeps: whoever writes opens a run or a revision.
RETURN COUNT { () } AS nodes, COUNT { ()-->() } AS relationships
