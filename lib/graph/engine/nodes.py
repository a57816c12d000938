"""Finds any object by its id: see public.find_nodes (supabase/schemas/graph/functions/nodes.sql)."""

from typing import Any
from uuid import UUID

from lib.core.http.errors import NotFound
from lib.graph.engine import repository
from lib.graph.engine.binding import Bindings, Info


async def find_node(info: Info, contexts: tuple[Bindings, ...], *, node_id: UUID) -> Any:
    """Returns the object with an id. Raises NotFound if there is none that the caller may read."""
    type_name = await repository.fetch_type(info.context.principal.db, node_id=node_id)
    loaders = {name: load for context in contexts for name, load in context.nodes.items()}
    if type_name not in loaders:
        raise NotFound("there is nothing with this id")
    return await loaders[type_name](info, node_id)
