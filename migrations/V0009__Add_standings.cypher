// Where each student stands in one run: found by the run, so that leftovers can be swept without a scan.
CREATE INDEX standing_run IF NOT EXISTS FOR (n:Standing) ON (n.run);
