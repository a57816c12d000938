"""Resolvers, by context."""
