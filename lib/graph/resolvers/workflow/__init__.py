"""Resolves workflows, tasks, reviews and delegations: lib/graph/schema/workflow.graphql and its neighbours"""

from typing import Final

from lib.graph.resolvers.workflow import delegations, figures, reviews, tasks
from lib.graph.resolvers.workflow.definitions import bindings

__all__ = ["ONLY_REST", "bindings", "delegations", "figures", "reviews", "tasks"]

ONLY_REST: Final[dict[str, str]] = {}
