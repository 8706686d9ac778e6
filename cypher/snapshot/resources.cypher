// All resources that their sources still list, with their kind, dates, places, region, how many took them and
// what they are an edition of.
// Scan: a snapshot reads every one.
MATCH (n:Resource)
WHERE n.removed IS NULL
RETURN n.code AS code, n.label AS label, [l IN labels(n) WHERE l <> 'Resource'][0] AS kind, n.seats AS seats,
  n.takers AS takers, n.popularity AS popularity, n.edition AS edition,
  duration.inDays(date('1970-01-01'), n.startsAt).days AS opened,
  duration.inDays(date('1970-01-01'), n.closesAt).days AS closes, [(n)-[:IN_REGION]->(g) | g.code][0] AS region
