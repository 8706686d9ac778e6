"""The command line and the GraphQL service."""
