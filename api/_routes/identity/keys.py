"""/api/v1/users/api-keys/*: API keys."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from lib.core.auth.principal import CurrentPerson
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.identity import keys
from lib.identity.keys import ApiKeyCreated, ApiKeyListed, NewApiKey

router = APIRouter(prefix="/api/v1/users/api-keys", tags=["users"])


@router.post("", status_code=201, responses=documented(401, 403, 404, 409))
async def create_key(wanted: NewApiKey, person: CurrentPerson) -> Success[ApiKeyCreated]:
    """A key that acts as its maker in one brand, within its scopes; shown this once. Sent as X-API-Key."""
    return Success(data=await keys.create_key(person, wanted))


@router.get("", responses=documented(401, 403))
async def list_keys(
    person: CurrentPerson, brand_id: Annotated[UUID, Query(alias="brandId")]
) -> Success[list[ApiKeyListed]]:
    """Those of a brand, the latest first, for who manages its integrations."""
    return Success(data=await keys.list_keys(person, brand_id=brand_id))


@router.delete("/{key_id}", status_code=204, responses=documented(401, 403, 404))
async def revoke_key(key_id: UUID, person: CurrentPerson) -> Response:
    """Ends a key at once, for good: one's own, or any of a brand whose integrations one manages."""
    await keys.revoke_key(person, key_id)
    return Response(status_code=204)
