// How many records speak of each skill: occupations, posts, projects, resources, students.
// Scan: a quality report looks at the whole vocabulary.
MATCH (s:Skill)
RETURN s.code AS code, COUNT { (s)<-[:REQUIRES]-() } + COUNT { (s)<-[:IMPROVES]-() } + COUNT { (s)<-[:HAS]-() } AS links
