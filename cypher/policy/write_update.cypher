// Keeps one update of the policy, never changed afterwards.
MATCH (s:Serving {name: $serving})
CREATE (u:PolicyUpdate {number: $number})
SET u += $properties, u.at = datetime(), u.source = 'skillpath', s.last = $number
RETURN u.number AS number
