// Which resource improves which skill by how much.
// Scan: a snapshot reads every improvement.
MATCH (r:Resource)-[i:IMPROVES]->(s:Skill)
RETURN r.code AS source, s.code AS target, i.gain AS value
