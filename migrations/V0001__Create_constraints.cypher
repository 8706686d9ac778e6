// One business key per label. A node of the model is found by its code and by nothing else.
CREATE CONSTRAINT skill_code IF NOT EXISTS FOR (n:Skill) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT term_code IF NOT EXISTS FOR (n:Term) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT job_code IF NOT EXISTS FOR (n:Job) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT job_cluster_code IF NOT EXISTS FOR (n:JobCluster) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT student_code IF NOT EXISTS FOR (n:Student) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT resource_code IF NOT EXISTS FOR (n:Resource) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT project_code IF NOT EXISTS FOR (n:Project) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT employer_code IF NOT EXISTS FOR (n:Employer) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT region_code IF NOT EXISTS FOR (n:Region) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT industry_code IF NOT EXISTS FOR (n:Industry) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT forecast_code IF NOT EXISTS FOR (n:Forecast) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT proposal_code IF NOT EXISTS FOR (n:Proposal) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT event_code IF NOT EXISTS FOR (n:Event) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT run_id IF NOT EXISTS FOR (n:Run) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT serving_name IF NOT EXISTS FOR (n:Serving) REQUIRE n.name IS UNIQUE;
CREATE CONSTRAINT recommendation_id_run IF NOT EXISTS FOR (n:Recommendation) REQUIRE (n.id, n.run) IS UNIQUE;
