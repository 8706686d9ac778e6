// Sources whose jobs changed since the demand series was last made.
// Scan: there are as many sources as a configuration lists.
MATCH (s:Source) WHERE s.demandDue
RETURN s.code AS code
