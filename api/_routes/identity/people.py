"""/api/v1/users/*: who somebody is, and those whom one works with."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Query, Request, Response

from lib.core.auth.principal import CurrentPerson, CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import expected_version, version_tag
from lib.core.http.envelope import Page, PageRequest, Success, page_of, page_request
from lib.core.http.models import SearchText
from lib.identity import people, privacy
from lib.identity.people import (
    Me,
    PersonFound,
    Preferences,
    PreferencesRead,
    Profile,
    ProfileChanges,
    RemovalImpact,
)
from lib.identity.privacy import Erasure, PersonExport

router = APIRouter(prefix="/api/v1/users", tags=["users"])

type Version = Annotated[int, Depends(expected_version)]
type Paging = Annotated[PageRequest, Depends(page_request)]


@router.get("/me", responses=documented(401, 403, 404))
async def get_me(user: CurrentUser) -> Success[Me]:
    """Who is signed in, and with which role in which brand."""
    return Success(data=await people.get_me(user))


@router.get("/me/profile", responses=documented(401, 403, 404))
async def get_profile(person: CurrentPerson) -> Success[Profile]:
    """One's own profile, phone included."""
    return Success(data=await people.get_profile(person))


@router.patch("/me/profile", responses=documented(401, 403, 404))
async def change_profile(changes: ProfileChanges, person: CurrentPerson) -> Success[Profile]:
    """Changes what is named."""
    return Success(data=await people.change_profile(person, changes))


_IMAGE: dict[str, Any] = {"schema": {"type": "string", "format": "binary", "example": "…"}, "example": "…"}


@router.put(
    "/me/avatar",
    responses=documented(401, 403, 404, 422),
    openapi_extra={
        "requestBody": {"required": True, "content": {f"image/{kind}": _IMAGE for kind in ("png", "jpeg", "webp")}}
    },
)
async def change_avatar(person: CurrentPerson, request: Request) -> Success[Profile]:
    """A PNG, JPEG or WebP image, cut to a square and drawn anew; what else was in the file is dropped."""
    return Success(data=await people.change_avatar(person, await request.body()))


@router.delete("/me/avatar", status_code=204, responses=documented(401, 403, 404))
async def remove_avatar(person: CurrentPerson) -> Response:
    await people.remove_avatar(person)
    return Response(status_code=204)


@router.get("/me/preferences", responses=documented(401, 403))
async def get_preferences(person: CurrentPerson, response: Response) -> Success[PreferencesRead]:
    """Which mails one wants; version 0 for who has never said."""
    kept = await people.get_preferences(person)
    response.headers["ETag"] = version_tag(kept.version)
    return Success(data=kept)


@router.put("/me/preferences", responses=documented(401, 403, 412, 428))
async def set_preferences(
    wanted: Preferences, version: Version, person: CurrentPerson, response: Response
) -> Success[PreferencesRead]:
    """All of them; If-Match names the version that was seen."""
    kept = await people.set_preferences(person, wanted, version=version)
    response.headers["ETag"] = version_tag(kept.version)
    return Success(data=kept)


@router.get("/me/export", responses=documented(401, 403))
async def export_person(person: CurrentPerson, response: Response) -> Success[PersonExport]:
    """Everything that is kept of oneself."""
    response.headers["Content-Disposition"] = 'attachment; filename="mixerai-export.json"'
    return Success(data=await privacy.export_person(person))


@router.post("/me/erasure", status_code=204, responses=documented(401, 403, 409))
async def erase_person(wanted: Erasure, person: CurrentPerson, tasks: BackgroundTasks) -> Response:
    """Deletes one's account for good: what one did stays, by somebody whom nobody can name."""
    await privacy.erase_person(person, wanted.password)
    tasks.add_task(privacy.finish_erasure)
    return Response(status_code=204, background=tasks)


@router.get("", responses=documented(401, 403, 404))
async def search_people(
    person: CurrentUser,
    page: Paging,
    q: Annotated[SearchText | None, Query(examples=["emil"])] = None,
    brand_id: Annotated[UUID | None, Query(alias="brandId")] = None,
) -> Page[PersonFound]:
    """People of one's brands by name; all for platform admins. Addresses are masked for who does not manage them."""
    rows, total = await people.search(
        person, query=q or "", brand_id=brand_id, page_size=page.page_size, offset=page.offset
    )
    filters = {"q": q, "brandId": str(brand_id) if brand_id else None}
    return page_of(rows, total, page, "/api/v1/users", filters)


@router.post("/{user_id}/deactivate", status_code=204, responses=documented(401, 403, 404))
async def deactivate(user_id: UUID, person: CurrentPerson) -> Response:
    """By a platform admin, never oneself: all sessions and keys of the person end at once, their history stays."""
    await people.set_active(person, user_id, is_active=False)
    return Response(status_code=204)


@router.post("/{user_id}/reactivate", status_code=204, responses=documented(401, 403, 404))
async def reactivate(user_id: UUID, person: CurrentPerson) -> Response:
    """Brings a person back with the roles that they had, which should be looked at."""
    await people.set_active(person, user_id, is_active=True)
    return Response(status_code=204)


@router.post("/{user_id}/unlock", status_code=204, responses=documented(401, 403, 404))
async def unlock(user_id: UUID, person: CurrentPerson) -> Response:
    """By a platform admin: lifts a lock before its half hour is over."""
    await people.unlock(person, user_id)
    return Response(status_code=204)


@router.get("/{user_id}/removal-impact", responses=documented(401, 403, 404))
async def removal_impact(
    user_id: UUID, person: CurrentPerson, brand_id: Annotated[UUID, Query(alias="brandId")]
) -> Success[RemovalImpact]:
    """What waits for a member of a brand or hangs on them, before they are removed."""
    return Success(data=await people.removal_impact(person, user_id=user_id, brand_id=brand_id))
