"""The Starlette service: GraphQL over HTTP, health and static pages."""
