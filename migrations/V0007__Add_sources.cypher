// Sources keep where their last batch ended, and records are found by their source, relationships by codes of their own.
CREATE CONSTRAINT source_code IF NOT EXISTS FOR (n:Source) REQUIRE n.code IS UNIQUE;
CREATE INDEX job_source IF NOT EXISTS FOR (n:Job) ON (n.source);
CREATE INDEX resource_source IF NOT EXISTS FOR (n:Resource) ON (n.source);
CREATE INDEX project_source IF NOT EXISTS FOR (n:Project) ON (n.source);
CREATE INDEX student_source IF NOT EXISTS FOR (n:Student) ON (n.source);
CREATE INDEX term_source IF NOT EXISTS FOR (n:Term) ON (n.source);
CREATE CONSTRAINT enrolled_in_code IF NOT EXISTS FOR ()-[r:ENROLLED_IN]-() REQUIRE r.code IS UNIQUE;
CREATE CONSTRAINT trained_code IF NOT EXISTS FOR ()-[r:TRAINED]-() REQUIRE r.code IS UNIQUE;
CREATE CONSTRAINT worked_at_code IF NOT EXISTS FOR ()-[r:WORKED_AT]-() REQUIRE r.code IS UNIQUE;
CREATE CONSTRAINT joined_code IF NOT EXISTS FOR ()-[r:JOINED]-() REQUIRE r.code IS UNIQUE;
CREATE INDEX enrolled_in_source IF NOT EXISTS FOR ()-[r:ENROLLED_IN]-() ON (r.source);
CREATE INDEX trained_source IF NOT EXISTS FOR ()-[r:TRAINED]-() ON (r.source);
CREATE INDEX worked_at_source IF NOT EXISTS FOR ()-[r:WORKED_AT]-() ON (r.source);
CREATE INDEX joined_source IF NOT EXISTS FOR ()-[r:JOINED]-() ON (r.source);
