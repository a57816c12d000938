"""Resolves API keys. A key itself is told once, to the person who creates it."""

from typing import Any
from uuid import UUID

from lib.graph.engine.binding import Info
from lib.graph.resolvers.administration.bound import bindings, link_brand
from lib.identity import api_keys as service
from lib.identity.api_keys import ApiKeyCreated, ApiKeyListed, NewApiKey

# A brand has so many valid keys at most; its list tells of revoked and expired ones too.
_LATEST = 200

bindings.represents("ApiKey", ApiKeyListed, ApiKeyCreated, omits={"key": "is told once, beside the new key"})
bindings.enum(
    "ApiKeyScope",
    READ="read",
    WRITE="write",
    ADMIN="admin",
    BRANDS_READ="brands:read",
    BRANDS_WRITE="brands:write",
    CONTENT_READ="content:read",
    CONTENT_WRITE="content:write",
    AI_GENERATE="ai:generate",
    USERS_MANAGE="users:manage",
)
link_brand("ApiKey")


@bindings.query(operation="apiKeys.list", many=_LATEST)
async def api_keys(info: Info, *, brand_id: UUID) -> list[ApiKeyListed]:
    """Lists the API keys of a brand."""
    return await service.list_keys(info.context.person(), brand_id=brand_id)


@bindings.mutation(operation="apiKeys.create")
async def create_api_key(info: Info, *, input: NewApiKey) -> dict[str, Any]:
    """Creates an API key, and tells it."""
    created = await service.create_key(info.context.person(), key=input)
    return {"apiKey": created, "key": created.key}


@bindings.mutation(operation="apiKeys.revoke")
async def revoke_api_key(info: Info, *, id: UUID) -> dict[str, Any]:
    """Revokes an API key."""
    await service.revoke_key(info.context.person(), key_id=id)
    return {"revokedId": id}
