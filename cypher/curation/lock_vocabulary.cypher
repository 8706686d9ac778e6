// Makes this transaction the only one that decides, and tells the number of the last revision.
MERGE (v:Vocabulary {name: 'current'})
ON CREATE SET v.revision = 0
SET v.updatedAt = datetime()
RETURN v.revision AS revision
