// Job clusters of a field of work are found by the first digits of their ISCO group.
CREATE INDEX job_cluster_isco IF NOT EXISTS FOR (n:JobCluster) ON (n.isco);
