"""/api/v1/contents/*"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Header, Query, Response
from pydantic import StringConstraints

from lib import content
from lib.content import (
    Approval,
    Content,
    ContentChanges,
    ContentFilter,
    ContentStatus,
    ContentVersion,
    HistoryEntry,
    NewContent,
    SearchHit,
)
from lib.core.app import create_app, documented
from lib.core.conditional import expected_version, is_unchanged, seen_version, version_tag
from lib.core.envelope import Page, PageRequest, Success, page_of, page_request
from lib.core.models import StorableText
from lib.core.principal import CurrentUser

router = APIRouter(prefix="/api/v1/contents", tags=["contents"])

type Paging = Annotated[PageRequest, Depends(page_request)]
type SeenVersion = Annotated[int | None, Depends(seen_version)]
type SearchText = Annotated[StorableText, StringConstraints(min_length=1, max_length=200), Query()]


def content_filter(
    brand_id: Annotated[UUID | None, Query(alias="brandId")] = None,
    status: Annotated[ContentStatus | None, Query()] = None,
    type: Annotated[str | None, Query(pattern=r"^[a-z_]{1,50}$")] = None,
) -> ContentFilter:
    return ContentFilter(brand_id=brand_id, status=status, type=type)


def _with_tag(response: Response, item: Content) -> Success[Content]:
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)


@router.get("", responses=documented(401))
async def list_contents(
    user: CurrentUser, page: Paging, filters: Annotated[ContentFilter, Depends(content_filter)]
) -> Page[Content]:
    """Contents of the caller's brands, last changed first."""
    items, total = await content.list_contents(user, filters=filters, page=page)
    return page_of(items, total, page, "/api/v1/contents", filters.as_query())


@router.post("", status_code=201, responses=documented(401, 403, 404, 409))
async def create_content(user: CurrentUser, response: Response, body: NewContent) -> Success[Content]:
    """A new draft."""
    item = await content.create_content(user, content=body)
    response.headers["Location"] = f"/api/v1/contents/{item.id}"
    return _with_tag(response, item)


@router.get("/search", responses=documented(401))
async def search_contents(
    user: CurrentUser,
    q: SearchText,
    brand_id: Annotated[UUID | None, Query(alias="brandId")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Success[list[SearchHit]]:
    """Full-text search over the contents of the caller's brands, best match first."""
    return Success(data=await content.search_contents(user, query=q, brand_id=brand_id, limit=limit))


@router.get("/{content_id}", response_model=Success[Content], responses=documented(401, 404))
async def get_content(
    user: CurrentUser,
    response: Response,
    content_id: UUID,
    if_none_match: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Success[Content] | Response:
    item = await content.get_content(user, content_id=content_id)
    # A browser may keep it, and asks each time whether it still holds.
    revalidate = {"Cache-Control": "private, no-cache"}
    if is_unchanged(if_none_match, version_tag(item.version)):
        return Response(status_code=304, headers={"ETag": version_tag(item.version)} | revalidate)
    response.headers.update(revalidate)
    return _with_tag(response, item)


@router.patch("/{content_id}", responses=documented(401, 403, 404, 409, 412, 428))
async def update_content(
    user: CurrentUser,
    response: Response,
    content_id: UUID,
    version: Annotated[int, Depends(expected_version)],
    body: ContentChanges,
) -> Success[Content]:
    """Changes what is named, if nobody else did since the version in If-Match."""
    item = await content.update_content(user, content_id=content_id, expected_version=version, changes=body)
    return _with_tag(response, item)


@router.post("/{content_id}/submit", responses=documented(401, 403, 404, 409))
async def submit_content(user: CurrentUser, response: Response, content_id: UUID) -> Success[Content]:
    """Sends a draft into the brand's workflow."""
    return _with_tag(response, await content.submit_content(user, content_id=content_id))


@router.post("/{content_id}/approve", responses=documented(401, 403, 404, 409, 412))
async def approve_content(
    user: CurrentUser,
    response: Response,
    content_id: UUID,
    version: SeenVersion,
    body: Annotated[Approval | None, Body()] = None,
) -> Success[Content]:
    """Approves the current step, as one whom it names or as an admin of the brand.

    With If-Match only the version that was read is approved, and an edit made meanwhile is a 412.
    """
    comment = body.comment if body else ""
    item = await content.approve_content(user, content_id=content_id, comment=comment, expected_version=version)
    return _with_tag(response, item)


@router.post("/{content_id}/publish", responses=documented(401, 403, 404, 409, 412))
async def publish_content(
    user: CurrentUser, response: Response, content_id: UUID, version: SeenVersion
) -> Success[Content]:
    """Publishes an approved content, as an admin of the brand; If-Match as for approving."""
    return _with_tag(response, await content.publish_content(user, content_id=content_id, expected_version=version))


@router.get("/{content_id}/versions", responses=documented(401, 404))
async def list_versions(user: CurrentUser, page: Paging, content_id: UUID) -> Page[ContentVersion]:
    """What the content was after each change, newest first."""
    items, total = await content.list_versions(user, content_id=content_id, page=page)
    return page_of(items, total, page, f"/api/v1/contents/{content_id}/versions", {})


@router.get("/{content_id}/events", responses=documented(401, 404))
async def list_history(user: CurrentUser, page: Paging, content_id: UUID) -> Page[HistoryEntry]:
    """Who did what, oldest first."""
    items, total = await content.list_history(user, content_id=content_id, page=page)
    return page_of(items, total, page, f"/api/v1/contents/{content_id}/events", {})


app = create_app("MixerAI contents", router)
