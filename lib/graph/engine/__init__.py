"""Runs operations of GraphQL: documents, limits, execution, and the binding of resolvers to the schema."""
