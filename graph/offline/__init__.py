"""The bulk path: an empty database at scale is written by Neo4j's own importer instead of transactions."""
