// The status of each term and how many records mention it.
// Scan: a quality report looks at the whole vocabulary.
MATCH (t:Term)
RETURN t.status AS status, COUNT { (t)<-[:MENTIONS]-() } AS records
