// What was recorded under a key, also if what it was about is not served any more.
MATCH (f:Feedback {code: $key})
RETURN f.event AS event, f.recommendation AS recommendation, false AS isNew
