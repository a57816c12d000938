"""/api/v1/market-overrides: rules of one market, or of all, for one product."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from api._routes.claims.shared import IfNoneMatch, Version, answered, tagged
from lib.claims import overrides
from lib.claims.overrides import (
    MarketOverride,
    NewOverride,
    OverrideChanges,
    OverrideCreated,
    OverrideQuery,
    RuleMarket,
)
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import version_tag
from lib.core.http.envelope import Page, Success, page_of
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/market-overrides", tags=["marketOverrides"])

type OverrideId = Annotated[UUID, Path(description="The id of the override.")]


@router.get("", name="list", responses=documented(401, 404))
async def list_overrides(user: CurrentUser, query: Annotated[OverrideQuery, Query()]) -> Page[MarketOverride]:
    """Lists the overrides of products that you may read, the one changed last first."""
    items, total = await overrides.list_overrides(user, query=query)
    return page_of(items, total, query.place, "/api/v1/market-overrides", query)


@router.post("", status_code=201, name="create", responses=documented(401, 403, 404, 409, 422))
async def create_override(user: CurrentUser, response: Response, body: NewOverride) -> Success[OverrideCreated]:
    """Blocks, replaces or exempts a master claim for a product in a market.

    A rule for all countries beside one for a country is a conflict: 409 with the other rules, unless you send `force`;
    then both stay and the answer lists the others as `warnings`. Requires `claim.write` in a brand that is linked to
    the product. The audit log names the countries that a rule for all affects.
    """
    item = await overrides.create_override(user, override=body)
    response.headers.update({"Location": f"/api/v1/market-overrides/{item.id}", "ETag": version_tag(item.version)})
    return Success(data=item)


@router.get("/conflicts", name="find_conflicts", responses=documented(401, 404))
async def find_conflicts(
    user: CurrentUser,
    master_claim_id: Annotated[UUID, Query(alias="masterClaimId", description="The claim to override.")],
    product_id: Annotated[UUID, Query(alias="productId", description="The product.")],
    market: Annotated[RuleMarket, Query(description="The country, or `__ALL_COUNTRIES__`.")],
) -> Success[list[MarketOverride]]:
    """Lists the rules that a new rule would be in conflict with: nothing is changed."""
    return Success(
        data=await overrides.find_conflicts(user, master_claim_id=master_claim_id, product_id=product_id, market=market)
    )


@router.get(
    "/{override_id}",
    name="get",
    response_model=Success[MarketOverride],
    responses={304: {}, **documented(401, 404, 422)},
)
async def get_override(
    user: CurrentUser, response: Response, override_id: OverrideId, if_none_match: IfNoneMatch = None
) -> Success[MarketOverride] | Response:
    """Returns an override."""
    item = await overrides.get_override(user, override_id=override_id)
    return answered(response, item, item.version, if_none_match)


@router.patch("/{override_id}", name="update", responses=documented(401, 403, 404, 409, 412, 428))
async def update_override(
    user: CurrentUser, response: Response, override_id: OverrideId, version: Version, body: OverrideChanges
) -> Success[MarketOverride]:
    """Changes whether an override blocks, and what it puts in the place of its claim.

    Requires `If-Match` with the version you read, and `claim.write`; the author of a rule for one country may change it
    too.
    """
    item = await overrides.update_override(user, override_id=override_id, expected_version=version, changes=body)
    return tagged(response, item, item.version)


@router.delete("/{override_id}", status_code=204, name="delete", responses=documented(401, 403, 404))
async def delete_override(user: CurrentUser, override_id: OverrideId) -> Response:
    """Deletes an override: the claim applies again. Requires `claim.write` in a brand linked to the product."""
    await overrides.remove_override(user, override_id=override_id)
    return Response(status_code=204)


@router.get("/{override_id}/conflicts", name="list_conflicts", responses=documented(401, 404))
async def list_conflicts(user: CurrentUser, override_id: OverrideId) -> Success[list[MarketOverride]]:
    """Lists the rules that an override is in conflict with."""
    return Success(data=await overrides.list_conflicts(user, override_id=override_id))
