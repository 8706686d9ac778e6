// The records that mention the given terms, and the skills that their other accepted terms mean.
UNWIND $codes AS code
MATCH (t:Term {code: code})<-[:MENTIONS]-(record)
RETURN code AS term, head([l IN labels(record) WHERE l IN $labels]) AS label, record.code AS record,
  COLLECT { MATCH (record)-[:MENTIONS]->(o:Term)-[m:MAPS_TO]->(s:Skill)
            WHERE o <> t AND m.status = 'accepted' AND NOT o.code IN $codes RETURN DISTINCT s.code } AS others
