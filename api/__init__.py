"""What the outside sees: the command line and the GraphQL service."""
