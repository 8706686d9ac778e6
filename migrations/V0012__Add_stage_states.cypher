// The stage state of a student takes the place of a standing: its index, before the nodes move.
CREATE INDEX stage_state_run IF NOT EXISTS FOR (n:StageState) ON (n.run);
