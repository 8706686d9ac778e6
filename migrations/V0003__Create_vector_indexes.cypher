// Learned vectors: 128 dimensions from the graph, 384 from the text encoder.
CREATE VECTOR INDEX skill_embedding IF NOT EXISTS FOR (n:Skill) ON (n.embedding)
OPTIONS {indexConfig: {`vector.dimensions`: 128, `vector.similarity_function`: 'cosine'}};
CREATE VECTOR INDEX job_cluster_embedding IF NOT EXISTS FOR (n:JobCluster) ON (n.embedding)
OPTIONS {indexConfig: {`vector.dimensions`: 128, `vector.similarity_function`: 'cosine'}};
CREATE VECTOR INDEX resource_embedding IF NOT EXISTS FOR (n:Resource) ON (n.embedding)
OPTIONS {indexConfig: {`vector.dimensions`: 128, `vector.similarity_function`: 'cosine'}};
CREATE VECTOR INDEX student_embedding IF NOT EXISTS FOR (n:Student) ON (n.embedding)
OPTIONS {indexConfig: {`vector.dimensions`: 128, `vector.similarity_function`: 'cosine'}};
CREATE VECTOR INDEX skill_text_embedding IF NOT EXISTS FOR (n:Skill) ON (n.textEmbedding)
OPTIONS {indexConfig: {`vector.dimensions`: 384, `vector.similarity_function`: 'cosine'}};
