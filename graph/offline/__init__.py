"""The bulk path: an empty database at scale is written by Neo4j's own importer instead of transactions.

Written by hand: the importer ships with the database, and no library writes its files from frames.
"""
