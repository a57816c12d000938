"""/api/v1/contents/{id}/versions"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Response

from api._routes.content.shared import Paging, SeenVersion, created, path_of, with_tag
from lib import content
from lib.content import Action, Comparison, Content, ContentVersion, ContentVersionListed, NewVersion
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Page, Success, page_of

router = APIRouter(prefix="/api/v1/contents/{content_id}/versions", tags=["content versions"])

MAX_VERSION = 2_147_483_647
type VersionNumber = Annotated[int, Path(ge=1, le=MAX_VERSION)]


@router.get("", responses=documented(401, 404))
async def list_versions(user: CurrentUser, page: Paging, content_id: UUID) -> Page[ContentVersionListed]:
    """Which versions there are, newest first: all that were saved, and the latest ten that saved themselves."""
    items, total = await content.list_versions(user, content_id=content_id, page=page)
    return page_of(items, total, page, f"{path_of(content_id)}/versions", {})


@router.post("", status_code=201, responses=documented(401, 403, 404, 409, 412, 422))
async def save_version(
    user: CurrentUser,
    response: Response,
    content_id: UUID,
    version: SeenVersion,
    body: Annotated[NewVersion | None, Body()] = None,
) -> Success[Content]:
    """Keeps the content as it is now as a version of its own, with a note."""
    arguments = (body or NewVersion()).model_dump()
    item = await content.act(user, action=Action.SAVE_VERSION, content_id=content_id, seen=version, **arguments)
    return created(response, item)


@router.get("/compare", responses=documented(401, 404))
async def compare_versions(
    user: CurrentUser,
    content_id: UUID,
    from_version: Annotated[int, Query(alias="from", ge=1, le=MAX_VERSION)],
    to_version: Annotated[int, Query(alias="to", ge=1, le=MAX_VERSION)],
) -> Success[Comparison]:
    """What changed from one version to another: field by field, texts word by word."""
    comparison = await content.compare_versions(
        user, content_id=content_id, from_version=from_version, to_version=to_version
    )
    return Success(data=comparison)


@router.get("/{version}", responses=documented(401, 404))
async def get_version(user: CurrentUser, content_id: UUID, version: VersionNumber) -> Success[ContentVersion]:
    """The content as it was."""
    return Success(data=await content.get_version(user, content_id=content_id, version=version))


@router.post("/{version}/restore", responses=documented(401, 403, 404, 409, 412, 422))
async def restore_version(
    user: CurrentUser, response: Response, content_id: UUID, version: VersionNumber, seen: SeenVersion
) -> Success[Content]:
    """Writes what an earlier version held as a new one."""
    item = await content.act(user, action=Action.RESTORE_VERSION, content_id=content_id, version=version, seen=seen)
    return with_tag(response, item)
