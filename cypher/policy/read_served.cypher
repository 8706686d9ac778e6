// The update whose policy the next scores use.
MATCH (:Serving {name: $serving})-[:USES]->(u:PolicyUpdate)
RETURN u {.*} AS told
