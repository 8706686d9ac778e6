// Waits until every index is populated, at most so many seconds.
CALL db.awaitIndexes($seconds)
