// How many of everything there are, from the database's own counters, and the last decision on the vocabulary.
OPTIONAL MATCH (v:Vocabulary {name: 'current'})
RETURN coalesce(v.revision, 0) AS revision,
  COUNT { MATCH (:Skill) } AS skills, COUNT { MATCH (:JobCluster) } AS clusters,
  COUNT { MATCH (:Resource) } AS resources, COUNT { MATCH (:Project) } AS projects,
  COUNT { MATCH (:Student) } AS students, COUNT { MATCH (:Job) } AS jobs,
  COUNT { MATCH ()-[:REQUIRES]->() } AS requirements, COUNT { MATCH ()-[:IMPROVES]->() } AS gains,
  COUNT { MATCH ()-[:BROADER]->() } AS broader, COUNT { MATCH ()-[:IN_CLUSTER]->() } AS clustered,
  COUNT { MATCH ()-[:REPOST_OF]->() } AS reposts, COUNT { MATCH ()-[:WANTS]->() } AS targets,
  COUNT { MATCH ()-[:TRAINED]->() } AS events, COUNT { MATCH ()-[:ENROLLED_IN]->() } AS enrolments,
  COUNT { MATCH ()-[:WORKED_AT]->() } AS placements, COUNT { MATCH ()-[:JOINED]->() } AS memberships
