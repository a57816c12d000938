"""/api/v1/contents: create, read, list, search, change, delete and duplicate; and /api/v1/activity"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import StringConstraints

from api._routes.content.shared import Paging, SeenVersion, created, path_of, with_tag
from lib import content
from lib.content import (
    Action,
    ActivityEntry,
    ActivityQuery,
    Content,
    ContentChanges,
    ContentHead,
    ContentQuery,
    Duplication,
    HistoryEntry,
    NewContent,
    Score,
    SearchPage,
    SearchQuery,
    Suggestion,
)
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import expected_version, is_unchanged, version_tag
from lib.core.http.envelope import (
    CursorPage,
    Page,
    PageRequest,
    Success,
    cursor_page_of,
    page_of,
    with_cursor,
)
from lib.core.http.models import StorableText

router = APIRouter(prefix="/api/v1/contents", tags=["contents"])
activity = APIRouter(prefix="/api/v1/activity", tags=["activity"])

type Typed = Annotated[StorableText, StringConstraints(min_length=1, max_length=100), Query(examples=["wint"])]


@router.get("", responses=documented(401))
async def list_contents(user: CurrentUser, query: Annotated[ContentQuery, Query()]) -> CursorPage[ContentHead]:
    """Contents of the caller's brands without their texts: by page, or past the cursor that a page gave."""
    items, total, following = await content.list_contents(user, query=query)
    path, filters = "/api/v1/contents", query.as_query()
    if query.cursor:
        return cursor_page_of(items, query.page_size, path, filters, cursor=query.cursor, next_cursor=following)
    request = PageRequest(page=query.page, page_size=query.page_size)
    return with_cursor(page_of(items, total, request, path, filters), following)


@router.post("", status_code=201, responses=documented(401, 403, 404, 409, 422))
async def create_content(user: CurrentUser, response: Response, body: NewContent) -> Success[Content]:
    """A new draft, whose fields are held against the template; its HTML is reduced to the allow-list."""
    return created(response, await content.create_content(user, content=body))


@router.get("/search", responses=documented(401))
async def search_contents(user: CurrentUser, query: Annotated[SearchQuery, Query()]) -> SearchPage:
    """Full-text search in the caller's brands: stemmed in the brand's language, forgiving typing errors.

    With each hit comes what matched, marked; with the page the facets of all matches.
    """
    hits, facets, total = await content.search_contents(user, query=query)
    request = PageRequest(page=query.page, page_size=query.page_size)
    page = page_of(hits, total, request, "/api/v1/contents/search", query.as_query())
    return SearchPage(data=page.data, pagination=page.pagination, links=page.links, facets=facets)


@router.get("/suggest", responses=documented(401))
async def suggest_contents(
    user: CurrentUser,
    q: Typed,
    brand_id: Annotated[UUID | None, Query(alias="brandId")] = None,
    limit: Annotated[int, Query(ge=1, le=20)] = 8,
) -> Success[list[Suggestion]]:
    """Titles that begin with what was typed, then those that hold something like it."""
    return Success(data=await content.suggest_contents(user, typed=q, brand_id=brand_id, limit=limit))


@router.get("/{content_id}", response_model=Success[Content], responses={304: {}, **documented(401, 404)})
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
    return with_tag(response, item)


@router.patch("/{content_id}", responses=documented(401, 403, 404, 409, 412, 428))
async def update_content(
    user: CurrentUser,
    response: Response,
    content_id: UUID,
    version: Annotated[int, Depends(expected_version)],
    body: ContentChanges,
    is_autosave: Annotated[bool, Query(alias="autosave")] = False,
    note: Annotated[StorableText, StringConstraints(max_length=2000), Query()] = "",
) -> Success[Content]:
    """Changes what is named, if nobody else did since the version in If-Match.

    ``autosave`` makes a minor version, and lets a field be incomplete: of those the latest ten are kept.
    """
    item = await content.update_content(
        user, content_id=content_id, expected_version=version, changes=body, is_autosave=is_autosave, note=note
    )
    return with_tag(response, item)


@router.delete("/{content_id}", status_code=204, responses=documented(401, 403, 404, 409, 412))
async def delete_content(user: CurrentUser, content_id: UUID, version: SeenVersion) -> Response:
    """Takes a content out of sight, as an admin of the brand or the creator of a draft; it can be restored."""
    await content.delete_content(user, content_id=content_id, seen=version)
    return Response(status_code=204)


@router.post("/{content_id}/restore", responses=documented(401, 403, 404, 409, 422))
async def restore_content(user: CurrentUser, response: Response, content_id: UUID) -> Success[Content]:
    """Brings a deleted content back, as it was."""
    return with_tag(response, await content.act(user, action=Action.RESTORE, content_id=content_id))


@router.post("/{content_id}/duplicate", status_code=201, responses=documented(401, 403, 404, 409, 422))
async def duplicate_content(
    user: CurrentUser, response: Response, content_id: UUID, body: Duplication
) -> Success[Content]:
    """A draft with the same text, also in another brand that the caller may write."""
    arguments = body.model_dump(mode="json", exclude_none=True)
    item = await content.act(user, action=Action.DUPLICATE, content_id=content_id, **arguments)
    return created(response, item)


@router.get("/{content_id}/score", responses=documented(401, 404))
async def get_score(user: CurrentUser, content_id: UUID) -> Success[Score]:
    """How good the content is, and what that is made of."""
    return Success(data=await content.get_score(user, content_id=content_id))


@router.get("/{content_id}/events", responses=documented(401, 404))
async def list_history(user: CurrentUser, page: Paging, content_id: UUID) -> Page[HistoryEntry]:
    """Who did what, oldest first."""
    items, total = await content.list_history(user, content_id=content_id, page=page)
    return page_of(items, total, page, f"{path_of(content_id)}/events", {})


@activity.get("", responses=documented(401, 404))
async def list_activity(
    user: CurrentUser,
    brand_id: Annotated[UUID, Query(alias="brandId")],
    query: Annotated[ActivityQuery, Query()],
) -> CursorPage[ActivityEntry]:
    """What happened in a brand, newest first: actor, verb and object of each."""
    entries, following = await content.list_activity(user, brand_id=brand_id, query=query)
    filters = [("brandId", str(brand_id)), *query.as_query()]
    return cursor_page_of(
        entries, query.page_size, "/api/v1/activity", filters, cursor=query.cursor, next_cursor=following
    )
