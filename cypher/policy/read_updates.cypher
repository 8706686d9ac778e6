// Every update of the policy, the oldest first.
MATCH (u:PolicyUpdate)
WHERE u.number >= 1
RETURN u {.*} AS told
ORDER BY u.number
