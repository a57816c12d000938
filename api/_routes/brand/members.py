"""/api/v1/brands/{brandId}/members: the people of a brand"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from api._routes.brand.shared import BrandId, Paging
from lib import brand
from lib.brand import BrandMembership, Member, MemberAssignment
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Page, Success, page_of

router = APIRouter(prefix="/api/v1/brands/{brand_id}/members", tags=["members"])

type UserId = Annotated[UUID, Path(description="The id of the person.")]


@router.get("", name="list", responses=documented(401, 404))
async def list_members(user: CurrentUser, page: Paging, brand_id: BrandId) -> Page[Member]:
    """Lists the members of a brand by name. Roles, permissions and expiry require the permission `member.read`."""
    members, total = await brand.list_members(user, brand_id=brand_id, page=page)
    return page_of(members, total, page, f"/api/v1/brands/{brand_id}/members", {})


@router.put("/{user_id}", name="assign", responses=documented(401, 403, 404, 409))
async def assign_member(
    user: CurrentUser, brand_id: BrandId, user_id: UserId, body: MemberAssignment
) -> Success[BrandMembership]:
    """Gives a person a role in the brand, or replaces their membership.

    Requires the permission `member.manage` and an authentication within the last 30 minutes. You cannot change your
    own membership, nor give or take a role above your own.
    """
    return Success(data=await brand.assign_member(user, brand_id=brand_id, user_id=user_id, assignment=body))


@router.delete("/{user_id}", status_code=204, name="delete", responses=documented(401, 403, 404))
async def remove_member(user: CurrentUser, brand_id: BrandId, user_id: UserId) -> Response:
    """Ends a membership: open tasks go to others, API keys are revoked, and history stays attributed.

    Requires what `members.assign` requires.
    """
    await brand.remove_member(user, brand_id=brand_id, user_id=user_id)
    return Response(status_code=204)
