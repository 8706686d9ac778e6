// The last revisions of all, the newest first.
MATCH (r:Revision)
WHERE r.number > 0
RETURN r.number AS revision, r.at AS at, r.by AS by, r.action AS action, r.reason AS reason, r.before AS before,
  r.after AS after, r.undoes AS undoes
ORDER BY r.number DESC LIMIT $first
