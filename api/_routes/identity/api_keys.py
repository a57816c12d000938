"""/api/v1/users/api-keys/*: API keys."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from api._routes.identity.shared import BrandFilter
from lib.core.auth.principal import CurrentPerson
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.routes import Route
from lib.identity import api_keys
from lib.identity.api_keys import ApiKeyCreated, ApiKeyListed, NewApiKey

router = APIRouter(route_class=Route, prefix="/api/v1/users/api-keys", tags=["apiKeys"])


@router.post("", name="create", status_code=201, responses=documented(401, 403, 404, 409))
async def create_key(key: NewApiKey, person: CurrentPerson) -> Success[ApiKeyCreated]:
    """Creates an API key that acts as you in one brand, within its scopes. The key is not shown again.

    Send it in the header `X-API-Key`. Requires the permission `integration.manage`, and that you authenticated within
    the last 30 minutes. A brand may have 100 valid keys.
    """
    return Success(data=await api_keys.create_key(person, key=key))


@router.get("", name="list", responses=documented(401, 403))
async def list_keys(person: CurrentPerson, brand_id: BrandFilter) -> Success[list[ApiKeyListed]]:
    """Lists the latest 200 API keys of a brand, the latest first.

    The list is empty unless you have the permission `integration.manage` in the brand.
    """
    return Success(data=await api_keys.list_keys(person, brand_id=brand_id))


@router.delete("/{key_id}", name="revoke", status_code=204, responses=documented(401, 403, 404))
async def revoke_key(
    key_id: Annotated[UUID, Path(description="Id of the API key.")], person: CurrentPerson
) -> Response:
    """Revokes an API key at once and for good.

    You may revoke your own keys, and with the permission `integration.manage` all keys of the brand.
    """
    await api_keys.revoke_key(person, key_id=key_id)
    return Response(status_code=204)
