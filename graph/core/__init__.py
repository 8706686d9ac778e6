"""Connection to Neo4j, migrations, bulk upserts, runs, sources and the graph digest."""
