// What people call a skill or an occupation: the preferred label and every alternative one.
CREATE FULLTEXT INDEX skill_labels IF NOT EXISTS FOR (n:Skill) ON EACH [n.label, n.altLabels];
CREATE FULLTEXT INDEX job_cluster_labels IF NOT EXISTS FOR (n:JobCluster) ON EACH [n.label, n.altLabels];
