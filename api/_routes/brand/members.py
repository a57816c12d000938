"""/api/v1/brands/{brandId}/members: the people of a brand"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Response
from fastapi.responses import JSONResponse

from api._routes.brand.shared import BrandId, Paging
from lib import brand
from lib.brand import BrandMembership, InvitedColleague, Member, MemberAssignment
from lib.core.auth.principal import CurrentPerson, CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Page, Success, page_of
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/brands/{brand_id}/members", tags=["members"])

type UserId = Annotated[UUID, Path(description="The id of the person.")]


@router.get("", name="list", responses=documented(401, 404))
async def list_members(user: CurrentUser, page: Paging, brand_id: BrandId) -> Page[Member]:
    """Lists the members of a brand by name. Roles, permissions and expiry require the permission `member.read`."""
    members, total = await brand.list_members(user, brand_id=brand_id, page=page)
    return page_of(members, total, page, f"/api/v1/brands/{brand_id}/members", {})


_INVITED: dict[int | str, dict[str, Any]] = {
    202: {"model": Success[InvitedColleague], "description": "The colleague is invited, and joins by accepting."}
}


@router.put(
    "/{user_id}",
    name="assign",
    response_model=Success[BrandMembership],
    responses=documented(401, 403, 404, 409) | _INVITED,
)
async def assign_member(
    user: CurrentUser, brand_id: BrandId, user_id: UserId, body: MemberAssignment
) -> Success[BrandMembership] | Response:
    """Replaces the membership of a member, or invites a colleague with whom you share another brand.

    The colleague is told by a notification and becomes a member by accepting (`POST
    /users/me/invitations/{id}/accept`): the answer is 202 then. Invite everybody else by e-mail (`POST
    /users/invitations`). Platform admins make people members at once.

    Requires the permission `member.manage` and an authentication within the last 30 minutes. You cannot change your
    own membership, nor give or take a role above your own.
    """
    given = await brand.assign_member(user, brand_id=brand_id, user_id=user_id, assignment=body)
    if isinstance(given, InvitedColleague):
        return JSONResponse(Success(data=given).model_dump(mode="json", by_alias=True), status_code=202)
    return Success(data=given)


@router.delete("/me", status_code=204, name="leave", responses=documented(401, 403, 404, 409))
async def leave_brand(person: CurrentPerson, brand_id: BrandId) -> Response:
    """Ends your own membership: open tasks go to others, your API keys are revoked, and history stays attributed.

    Answers 409 if you are the last admin of the brand, or if your company's identity provider gives you the role.
    """
    await brand.leave_brand(person, brand_id=brand_id)
    return Response(status_code=204)


@router.delete("/{user_id}", status_code=204, name="delete", responses=documented(401, 403, 404))
async def remove_member(user: CurrentUser, brand_id: BrandId, user_id: UserId) -> Response:
    """Ends a membership: open tasks go to others, API keys are revoked, and history stays attributed.

    Requires what `members.assign` requires.
    """
    await brand.remove_member(user, brand_id=brand_id, user_id=user_id)
    return Response(status_code=204)
