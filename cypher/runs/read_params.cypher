// What a run was made with.
MATCH (r:Run {id: $id})
RETURN r.params AS params
