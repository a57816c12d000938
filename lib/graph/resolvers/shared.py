"""Resolves what all contexts share: lib/graph/schema/shared.graphql"""

from typing import Any
from uuid import UUID

from lib.core.http.models import PersonReference
from lib.graph.engine.binding import Bindings, Info
from lib.graph.engine.nodes import find_node

bindings = Bindings()
bindings.represents("Person", PersonReference)


@bindings.query()
async def node(info: Info, *, id: UUID) -> Any:
    """Finds any object by its id."""
    from lib.graph.contexts import ALL

    return await find_node(info, ALL, node_id=id)
