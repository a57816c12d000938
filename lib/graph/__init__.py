"""The GraphQL API: the services of all contexts as one schema (lib/graph/schema)."""
