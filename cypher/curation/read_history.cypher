// The revisions that changed each given skill, the last one first, and how many there are.
UNWIND $codes AS code
MATCH (s:Skill {code: code})<-[:CHANGED]-(r:Revision)
WITH code, r ORDER BY r.number DESC
WITH code, collect(r) AS found
UNWIND found[..$first] AS r
RETURN code AS owner, size(found) AS total, r.number AS revision, r.at AS at, r.by AS by, r.action AS action,
  r.reason AS reason, r.before AS before, r.after AS after, r.undoes AS undoes
