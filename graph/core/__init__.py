"""Connection to Neo4j, migrations, bulk upserts, runs, sources and the graph digest."""

from skillpath.graph.core.log_defaults import set_log_defaults

set_log_defaults()
