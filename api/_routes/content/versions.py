"""/api/v1/contents/{id}/versions"""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Response

from api._routes.content.shared import REFUSALS, ContentId, ExpectedVersion, Paging, created, path_of, with_tag
from lib import content
from lib.content import Comparison, Content, ContentVersion, ContentVersionListed, NewVersion, VersionRestoration
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Page, Success, page_of
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/contents/{content_id}/versions", tags=["versions"])

MAX_VERSION = 2_147_483_647
type VersionNumber = Annotated[int, Path(ge=1, le=MAX_VERSION, description="The number of the version.")]


@router.get("", name="list", responses=documented(401, 404))
async def list_versions(user: CurrentUser, page: Paging, content_id: ContentId) -> Page[ContentVersionListed]:
    """Lists the versions of a content, newest first: all that were saved, and the latest ten autosaves."""
    items, total = await content.list_versions(user, content_id=content_id, page=page)
    return page_of(items, total, page, f"{path_of(content_id)}/versions", {})


@router.post("", name="create", status_code=201, responses=REFUSALS)
async def save_version(
    user: CurrentUser,
    response: Response,
    content_id: ContentId,
    version: ExpectedVersion,
    body: Annotated[NewVersion | None, Body()] = None,
) -> Success[Content]:
    """Saves the present text as a new major version, with a note. For those who may edit the content.

    With `If-Match`, only the version you read is saved.
    """
    item = await content.act(user, content_id=content_id, action=body or NewVersion(), expected_version=version)
    return created(response, item)


@router.get("/compare", name="compare", responses=documented(401, 404))
async def compare_versions(
    user: CurrentUser,
    content_id: ContentId,
    from_version: Annotated[
        int, Query(alias="from", ge=1, le=MAX_VERSION, description="The number of the older version.")
    ],
    to_version: Annotated[int, Query(alias="to", ge=1, le=MAX_VERSION, description="The number of the newer version.")],
) -> Success[Comparison]:
    """Compares two versions of a content: field by field, and texts word by word."""
    comparison = await content.compare_versions(
        user, content_id=content_id, from_version=from_version, to_version=to_version
    )
    return Success(data=comparison)


@router.get("/{version}", name="get", responses=documented(401, 404))
async def get_version(user: CurrentUser, content_id: ContentId, version: VersionNumber) -> Success[ContentVersion]:
    """Returns the content as it was in a version."""
    return Success(data=await content.get_version(user, content_id=content_id, version=version))


@router.post("/{version}/restore", name="restore", responses=REFUSALS)
async def restore_version(
    user: CurrentUser, response: Response, content_id: ContentId, version: VersionNumber, seen: ExpectedVersion
) -> Success[Content]:
    """Restores the text of an earlier version as a new one; history stays. For editors who may edit the content.

    With `If-Match`, only the version you read is replaced.
    """
    action = VersionRestoration(version=version)
    item = await content.act(user, content_id=content_id, action=action, expected_version=seen)
    return with_tag(response, item)
