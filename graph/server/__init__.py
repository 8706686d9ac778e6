"""The managed Neo4j server: its jars, its folder, its life cycle and the switch of its store."""
