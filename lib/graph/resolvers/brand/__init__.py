"""Resolves brands: lib/graph/schema/brand*.graphql"""

from lib.graph.resolvers.brand import brands, changes, members
from lib.graph.resolvers.brand.bound import bindings

__all__ = ["bindings", "brands", "changes", "members"]
