"""Writes and checks what is made of the GraphQL schema: its printed form and the ids of documents."""
