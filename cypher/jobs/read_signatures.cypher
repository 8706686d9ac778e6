// What tells a repost, of one source's ads.
MATCH (j:Job {source: $source})
OPTIONAL MATCH (j)-[:POSTED_BY]->(e:Employer)
OPTIONAL MATCH (j)-[:IN_REGION]->(r:Region)
RETURN j.code AS code, e.code AS employer, r.code AS region, toString(j.postedAt) AS posted_at, j.signature AS signature,
  j.repostOf AS original
