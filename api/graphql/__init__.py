"""The GraphQL API: schema, types, queries, mutations and dataloaders."""
