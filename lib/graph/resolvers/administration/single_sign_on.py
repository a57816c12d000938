"""Resolves connections of accounts to identity providers, for platform admins."""

from typing import Any
from uuid import UUID

from lib.graph.engine.binding import Info
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers.administration.bound import bindings, link_named_brand
from lib.identity.single_sign_on import connections as service
from lib.identity.single_sign_on.connections import (
    ConnectionChanges,
    ConnectionDraft,
    ConnectionReport,
    NewConnection,
    SsoConnection,
)

bindings.represents("IdentityProvider", SsoConnection)
bindings.represents("SsoReport", ConnectionReport)
bindings.represents("CreateSsoConnectionInput", NewConnection)
bindings.represents("UpdateSsoConnectionInput", ConnectionChanges)
bindings.represents("SsoDraftInput", ConnectionDraft)
link_named_brand("GroupRole", "brandId", "brandName")


@bindings.query("ssoConnection", operation="ssoConnections.get")
async def find_connection(info: Info, *, id: UUID) -> SsoConnection:
    """Finds a connection by its id."""
    return await service.get_connection(info.context.person(), connection_id=id)


@bindings.query(operation="ssoConnections.list")
async def sso_connections(info: Info, *, paging: Paging, account_id: UUID | None = None) -> Connection[SsoConnection]:
    """Lists connections by name."""
    items, total = await service.list_connections(info.context.person(), account_id=account_id, page=paging.request)
    return connection_of(items, paging, total=total)


@bindings.mutation(operation="ssoConnections.create")
async def create_sso_connection(info: Info, *, input: NewConnection) -> dict[str, Any]:
    """Connects an account to a provider."""
    return {"ssoConnection": await service.create_connection(info.context.person(), connection=input)}


@bindings.mutation(operation="ssoConnections.update")
async def update_sso_connection(info: Info, *, id: UUID, input: ConnectionChanges) -> dict[str, Any]:
    """Changes a connection."""
    changed = await service.update_connection(info.context.person(), connection_id=id, changes=input)
    return {"ssoConnection": changed}


@bindings.mutation(operation="ssoConnections.delete")
async def delete_sso_connection(info: Info, *, id: UUID) -> dict[str, Any]:
    """Removes a connection."""
    await service.delete_connection(info.context.person(), connection_id=id)
    return {"deletedId": id}


@bindings.mutation(operation="ssoConnections.test")
async def test_sso_connection(info: Info, *, id: UUID) -> dict[str, Any]:
    """Checks a connection."""
    return {"report": await service.check_stored(info.context.person(), connection_id=id)}


@bindings.mutation(operation="ssoConnections.testDraft")
async def test_sso_draft(info: Info, *, input: ConnectionDraft) -> dict[str, Any]:
    """Checks a provider that is not connected yet."""
    return {"report": await service.check_draft(info.context.person(), draft=input)}
