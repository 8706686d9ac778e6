// The steward's workshop: revisions by number, the queue by status, proposals by status.
CREATE CONSTRAINT revision_number IF NOT EXISTS FOR (n:Revision) REQUIRE n.number IS UNIQUE;
CREATE CONSTRAINT vocabulary_name IF NOT EXISTS FOR (n:Vocabulary) REQUIRE n.name IS UNIQUE;
CREATE INDEX term_status IF NOT EXISTS FOR (n:Term) ON (n.status);
CREATE INDEX proposal_status IF NOT EXISTS FOR (n:Proposal) ON (n.status);
CREATE INDEX skill_source IF NOT EXISTS FOR (n:Skill) ON (n.source);
CREATE INDEX job_cluster_source IF NOT EXISTS FOR (n:JobCluster) ON (n.source);
