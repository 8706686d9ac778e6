"""Service functions that the command line and GraphQL share: chains, capability and plans of a student."""
