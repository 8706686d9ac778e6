// Runs that learn what people went on to replace each other's relationships between resources and numbers of takers.
CREATE INDEX followed_by_run IF NOT EXISTS FOR ()-[r:FOLLOWED_BY]-() ON (r.run);
CREATE INDEX similar_to_run IF NOT EXISTS FOR ()-[r:SIMILAR_TO]-() ON (r.run);
CREATE INDEX resource_progression_run IF NOT EXISTS FOR (n:Resource) ON (n.progressionRun);
