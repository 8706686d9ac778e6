"""The GraphQL schema: types, dataloaders and resolvers."""
