"""The only access to Neo4j: managed server, connection, bulk writes, snapshots and reads."""
