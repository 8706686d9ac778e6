// Chains of some students whose path student → target → item does not stand, at most five.
UNWIND $students AS code
MATCH (s:Student {code: code})-[:RECEIVED]->(r:Recommendation WHERE r.run = $run)
WITH s, r, [(o:Student)-[:RECEIVED]->(r) | o] AS owners, [(r)-[:TOWARD]->(c:JobCluster) | c] AS goals,
     [(r)-[:SUGGESTS]->(x) | x] AS items
WITH s, r, owners, goals, items, goals[0] AS c, items[0] AS x
WHERE size(owners) <> 1 OR size(goals) > 1 OR (size(goals) = 0 AND r.path <> 'TRAINING') OR size(items) <> 1
   OR (c IS NOT NULL AND NOT EXISTS { (s)-[a:AIMS_AT]->(c) WHERE a.run = $run AND a.gap = r.gap })
   OR EXISTS { (r)-[:BECAUSE]->(q) WHERE NOT EXISTS { (s)-[:ENROLLED_IN]->(q)-[:FOLLOWED_BY|SIMILAR_TO]->(x) } }
   OR NOT (CASE r.path WHEN 'JOB' THEN x:Job AND EXISTS { (x)-[:IN_CLUSTER]->(c) }
                       WHEN 'TRAINING' THEN x:Resource AND NOT x:Mentor|Policy|Incubator
                         AND NOT EXISTS { (s)-[:ENROLLED_IN]->(x) }
                       ELSE x:Project OR (x:Mentor|Policy|Incubator AND NOT EXISTS { (s)-[:ENROLLED_IN]->(x) }) END)
RETURN r.id AS id LIMIT 5
