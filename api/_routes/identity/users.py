"""/api/v1/users/*: your profile, and the people you work with."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Query, Request, Response

from api._routes.identity.shared import BrandFilter, UserId
from lib.core.auth.principal import CurrentPerson, CurrentUser
from lib.core.http.alike import answers_alike
from lib.core.http.app import documented
from lib.core.http.conditional import expected_version, version_tag
from lib.core.http.envelope import Page, PageRequest, Success, page_of, page_request
from lib.core.http.models import SearchText
from lib.core.http.routes import Route
from lib.identity import people
from lib.identity.people import (
    Erasure,
    Me,
    PersonExport,
    PersonFound,
    Preferences,
    PreferencesRead,
    Profile,
    ProfileChanges,
    RemovalImpact,
)

router = APIRouter(route_class=Route, prefix="/api/v1/users", tags=["users"])

type Version = Annotated[int, Depends(expected_version)]
type Paging = Annotated[PageRequest, Depends(page_request)]


@router.get("/me", name="get_me", responses=documented(401, 403, 404))
async def get_me(user: CurrentUser) -> Success[Me]:
    """Returns who you are, with your role in each of your brands."""
    return Success(data=await people.get_me(user))


@router.get("/me/profile", name="get_profile", responses=documented(401, 403, 404))
async def get_profile(person: CurrentPerson) -> Success[Profile]:
    """Returns your profile, with your phone number."""
    return Success(data=await people.get_profile(person))


@router.patch("/me/profile", name="update_profile", responses=documented(401, 403, 404))
async def change_profile(changes: ProfileChanges, person: CurrentPerson) -> Success[Profile]:
    """Changes your profile. Fields that are absent or null stay as they are."""
    return Success(data=await people.change_profile(person, changes=changes))


_IMAGE: dict[str, Any] = {"schema": {"type": "string", "format": "binary", "example": "…"}, "example": "…"}


@router.put(
    "/me/avatar",
    name="set_avatar",
    responses=documented(401, 403, 404, 422),
    openapi_extra={
        "requestBody": {
            "description": "A PNG, JPEG or WebP image of at most 40 million pixels.",
            "required": True,
            "content": {f"image/{kind}": _IMAGE for kind in ("png", "jpeg", "webp")},
        }
    },
)
async def change_avatar(person: CurrentPerson, request: Request) -> Success[Profile]:
    """Sets your avatar, and returns your profile.

    The body is a PNG, JPEG or WebP image of at most 40 million pixels. It is cut to a square of 512 pixels, and its
    metadata is dropped.
    """
    return Success(data=await people.change_avatar(person, image=await request.body()))


@router.delete("/me/avatar", name="delete_avatar", status_code=204, responses=documented(401, 403, 404))
async def remove_avatar(person: CurrentPerson) -> Response:
    """Removes your avatar. Succeeds if you have none."""
    await people.remove_avatar(person)
    return Response(status_code=204)


@router.get("/me/preferences", name="get_preferences", responses=documented(401, 403))
async def get_preferences(person: CurrentPerson, response: Response) -> Success[PreferencesRead]:
    """Returns your notification preferences; the defaults with version 0 if you have never set any."""
    preferences = await people.get_preferences(person)
    response.headers["ETag"] = version_tag(preferences.version)
    return Success(data=preferences)


@router.put("/me/preferences", name="set_preferences", responses=documented(401, 403, 412, 428))
async def set_preferences(
    preferences: Preferences, version: Version, person: CurrentPerson, response: Response
) -> Success[PreferencesRead]:
    """Replaces your notification preferences. Requires `If-Match` with the version you read.

    Fields that are absent get their defaults.
    """
    stored = await people.set_preferences(person, preferences=preferences, version=version)
    response.headers["ETag"] = version_tag(stored.version)
    return Success(data=stored)


@router.get("/me/export", name="export", responses=documented(401, 403))
async def export_person(person: CurrentPerson, response: Response) -> Success[PersonExport]:
    """Returns all personal data that is kept of you, as a file. The export is recorded in the audit log."""
    response.headers["Content-Disposition"] = 'attachment; filename="mixerai-export.json"'
    return Success(data=await people.export_person(person))


@router.post("/me/erasure", name="erase", status_code=204, responses=documented(401, 403, 409))
async def erase_person(body: Erasure, person: CurrentPerson, tasks: BackgroundTasks) -> Response:
    """Deletes your account and your personal data for good.

    Your work stays, attributed to a former member without a name. Requires your password, or for accounts without
    one that you authenticated within the last 30 minutes. Platform admins must give up the flag first (409).
    """
    await people.erase_person(person, password=body.password)
    tasks.add_task(people.finish_erasures)
    return Response(status_code=204, background=tasks)


@router.get("", name="list", responses=documented(401, 403, 404))
@answers_alike
async def search_people(
    person: CurrentUser,
    page: Paging,
    q: Annotated[
        SearchText | None,
        Query(
            examples=["emil"],
            description="Part of a name, or of an address that you may see; at most 200 characters. All if absent.",
        ),
    ] = None,
    brand_id: Annotated[
        UUID | None, Query(alias="brandId", description="Only members of this brand; of all your brands if absent.")
    ] = None,
) -> Page[PersonFound]:
    """Lists the people of your brands by name; platform admins see everybody.

    Addresses are masked unless you may manage the person. Whole addresses of others that you are shown are recorded in
    the audit log.
    """
    rows, total = await people.search_people(person, query=q or "", brand_id=brand_id, page=page)
    filters = {"q": q, "brandId": str(brand_id) if brand_id else None}
    return page_of(rows, total, page, "/api/v1/users", filters)


@router.post("/{user_id}/deactivate", name="deactivate", status_code=204, responses=documented(401, 403, 404))
async def deactivate(user_id: UserId, person: CurrentPerson) -> Response:
    """Deactivates an account: all its sessions and API keys end at once; its history stays.

    Requires a platform admin who authenticated within the last 30 minutes. You may not deactivate yourself.
    """
    await people.set_active(person, user_id=user_id, is_active=False)
    return Response(status_code=204)


@router.post("/{user_id}/reactivate", name="reactivate", status_code=204, responses=documented(401, 403, 404))
async def reactivate(user_id: UserId, person: CurrentPerson) -> Response:
    """Reactivates an account with its former roles: review them. Its sessions and API keys stay ended.

    Requires a platform admin who authenticated within the last 30 minutes.
    """
    await people.set_active(person, user_id=user_id, is_active=True)
    return Response(status_code=204)


@router.post("/{user_id}/unlock", name="unlock", status_code=204, responses=documented(401, 403, 404))
async def unlock(user_id: UserId, person: CurrentPerson) -> Response:
    """Lifts the lock of an account after too many failed attempts, before its 30 minutes are over.

    Requires a platform admin who authenticated within the last 30 minutes.
    """
    await people.unlock(person, user_id=user_id)
    return Response(status_code=204)


@router.get("/{user_id}/removal-impact", name="get_removal_impact", responses=documented(401, 403, 404))
async def get_removal_impact(user_id: UserId, person: CurrentPerson, brand_id: BrandFilter) -> Success[RemovalImpact]:
    """Returns what depends on a member of a brand, to be read before you remove them.

    Requires the permission `member.manage`.
    """
    return Success(data=await people.get_removal_impact(person, user_id=user_id, brand_id=brand_id))
