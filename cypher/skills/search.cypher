// Skills whose preferred or alternative labels match a full-text query.
CALL db.index.fulltext.queryNodes('skill_labels', $lucene, {limit: $limit}) YIELD node, score
WHERE node.kind <> 'group' AND score > 0
RETURN node.code AS code, node.label AS label, node.altLabels AS altLabels, node.definition AS definition,
       node.kind AS kind, node.status AS status, score
