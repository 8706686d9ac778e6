// How many records of sources the graph holds.
RETURN COUNT { (:Job) } AS posts, COUNT { (:Student) } AS students, COUNT { (:Resource) } AS resources,
  COUNT { (:Project) } AS projects
