"""Resolves AI tools, their records, usage and budgets: lib/graph/schema/ai.graphql and its neighbours"""

from typing import Final

from lib.graph.resolvers.ai import records, tools, writing
from lib.graph.resolvers.ai.runs import bindings

__all__ = ["ONLY_REST", "bindings", "records", "tools", "writing"]

ONLY_REST: Final[dict[str, str]] = {}
