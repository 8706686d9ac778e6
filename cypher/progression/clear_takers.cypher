// Takes away the numbers of takers that earlier runs left to what this run knows nothing of.
MATCH (n:Resource)
USING INDEX n:Resource(progressionRun)
WHERE n.progressionRun < $run OR n.progressionRun > $run
REMOVE n.takers, n.popularity, n.edition, n.progressionRun
