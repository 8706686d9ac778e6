// What a run wrote is found by the run, so that leftovers can be swept without a scan.
CREATE INDEX recommendation_run IF NOT EXISTS FOR (n:Recommendation) ON (n.run);
CREATE INDEX has_run IF NOT EXISTS FOR ()-[r:HAS]-() ON (r.run);
CREATE INDEX aims_at_run IF NOT EXISTS FOR ()-[r:AIMS_AT]-() ON (r.run);
CREATE INDEX lacks_run IF NOT EXISTS FOR ()-[r:LACKS]-() ON (r.run);
CREATE INDEX bridges_run IF NOT EXISTS FOR ()-[r:BRIDGES]-() ON (r.run);
CREATE INDEX skill_category IF NOT EXISTS FOR (n:Skill) ON (n.category);
CREATE INDEX run_kind IF NOT EXISTS FOR (n:Run) ON (n.kind);
