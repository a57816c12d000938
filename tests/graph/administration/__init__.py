"""Administration by GraphQL."""
