"""The only access to Neo4j: the managed server, the connection, bulk writes, snapshots and reads."""
