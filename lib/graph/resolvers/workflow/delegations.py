"""Resolves delegations: who stands in for people who are away."""

from typing import Any
from uuid import UUID

from lib.graph.engine.binding import Info
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.workflow.definitions import bindings
from lib.workflow import delegations as service
from lib.workflow.delegations import Delegation, DelegationChanges, DelegationQuery, NewDelegation

_PAGE = "the arguments of paging say it"
bindings.represents("Delegation", Delegation)
bindings.represents("DelegationFilter", DelegationQuery, omits={"page": _PAGE, "pageSize": _PAGE})
bindings.enum("DelegationAction", READ="read", UPDATE="update", END="end", HAND_OVER="handOver")
bindings.link("Delegation", "brand", links.read_brand, links.referred_brand_of, embedded="brand")
bindings.field("Delegation", "brandId")(links.referred_brand_id_of)


@bindings.node("Delegation")
async def delegation_by_id(info: Info, delegation_id: UUID) -> Delegation:
    """Finds a delegation by its id."""
    return await service.get_delegation(info.context.principal, delegation_id=delegation_id)


@bindings.query(operation="delegations.get")
async def delegation(info: Info, *, id: UUID) -> Delegation:
    """Reads a delegation."""
    return await delegation_by_id(info, id)


@bindings.query(operation="delegations.list")
async def delegations(info: Info, *, paging: Paging, filter: DelegationQuery | None = None) -> Connection[Delegation]:
    """Lists delegations."""
    query = (filter or DelegationQuery()).model_copy(update={"page": paging.page, "page_size": paging.page_size})
    items, total = await service.list_delegations(info.context.principal, query=query)
    return connection_of(items, paging, total=total)


@bindings.mutation(operation="delegations.create")
async def create_delegation(info: Info, *, input: NewDelegation) -> dict[str, Any]:
    """Lets a colleague stand in."""
    made = await service.create_delegation(info.context.principal, delegation=input)
    return {"delegation": made, "movedTasks": made.moved_tasks}


@bindings.mutation(operation="delegations.update")
async def update_delegation(info: Info, *, id: UUID, input: DelegationChanges, expected_version: int) -> dict[str, Any]:
    """Changes a delegation."""
    changed = await service.update_delegation(
        info.context.principal, delegation_id=id, expected_version=expected_version, changes=input
    )
    return {"delegation": changed}


@bindings.mutation(operation="delegations.end")
async def end_delegation(info: Info, *, id: UUID) -> dict[str, Any]:
    """Ends a delegation."""
    await service.end_delegation(info.context.principal, delegation_id=id)
    return {"deletedId": id}


@bindings.mutation(operation="delegations.handOver")
async def hand_over_tasks(info: Info, *, id: UUID) -> dict[str, Any]:
    """Gives the open tasks of a person who is away to the delegate."""
    moved = await service.hand_over_open_tasks(info.context.principal, delegation_id=id)
    return {"delegation": moved, "movedTasks": moved.moved_tasks}
