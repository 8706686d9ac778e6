// Forecasts are found by their run, job clusters and vectors by the run that gave them what they hold.
CREATE INDEX forecast_run IF NOT EXISTS FOR (n:Forecast) ON (n.run);
CREATE INDEX forecast_period IF NOT EXISTS FOR (n:Forecast) ON (n.period);
CREATE INDEX job_cluster_forecast_run IF NOT EXISTS FOR (n:JobCluster) ON (n.forecastRun);
CREATE INDEX skill_embedding_run IF NOT EXISTS FOR (n:Skill) ON (n.embeddingRun);
CREATE INDEX job_cluster_embedding_run IF NOT EXISTS FOR (n:JobCluster) ON (n.embeddingRun);
CREATE INDEX resource_embedding_run IF NOT EXISTS FOR (n:Resource) ON (n.embeddingRun);
CREATE INDEX student_embedding_run IF NOT EXISTS FOR (n:Student) ON (n.embeddingRun);
CREATE INDEX skill_text_embedding_run IF NOT EXISTS FOR (n:Skill) ON (n.textEmbeddingRun);
