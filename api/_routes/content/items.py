"""/api/v1/contents: create, read, list, search, change, delete and duplicate"""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import Field

from api._routes.content.shared import ContentId, ExpectedVersion, Paging, created, path_of, with_tag
from lib import content
from lib.content import (
    Content,
    ContentChanges,
    ContentHead,
    ContentQuery,
    Duplication,
    Expansion,
    HistoryEntry,
    NewContent,
    Restoration,
    Score,
    SearchPage,
    SearchQuery,
    Suggestion,
    SuggestionQuery,
    Update,
)
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import access_tag, expected_version, is_unchanged
from lib.core.http.envelope import CursorPage, Page, PageRequest, Success, cursor_page_of, page_of, with_cursor
from lib.core.http.models import StorableText
from lib.core.http.routes import Route
from lib.core.http.selection import MAX_NAMES, FieldNames, selected, selection_of

router = APIRouter(route_class=Route, prefix="/api/v1/contents", tags=["contents"])

Fields = Annotated[
    FieldNames,
    Query(
        max_length=MAX_NAMES,
        description="The fields to answer with, separated by commas; `id` and what `expand` asks for are always among "
        "them. Others are left out, also those that the schema requires. Without it: all.",
        examples=[["title", "body"]],
    ),
]
Expand = Annotated[
    Expansion,
    Query(max_length=3, description="The objects to add, separated by commas: `brand`, `template`, `people`."),
]


@router.get("", name="list", response_model=CursorPage[ContentHead], responses=documented(401))
async def list_contents(
    user: CurrentUser, query: Annotated[ContentQuery, Query()]
) -> CursorPage[ContentHead] | Response:
    """Lists contents of your brands without their texts, by page or after the cursor that a page gave.

    Each content says in `allowedActions` what you may do with it now. A page that is asked for by number shifts when
    something is added before it; what comes after a cursor does not.
    """
    items, total, following = await content.list_contents(user, query=query)
    path, filters = "/api/v1/contents", query
    if query.cursor:
        page = cursor_page_of(items, query.page_size, path, filters, cursor=query.cursor, next_cursor=following)
    else:
        request = PageRequest(page=query.page, page_size=query.page_size)
        page = with_cursor(page_of(items, total, request, path, filters), following)
    selection = selection_of(ContentHead, query.fields)
    return page if selection is None else selected(page, selection | set(query.expand))


@router.post("", name="create", status_code=201, responses=documented(401, 403, 404, 409, 422))
async def create_content(user: CurrentUser, response: Response, body: NewContent) -> Success[Content]:
    """Creates a draft in a brand in which you are an editor.

    Its fields are checked against the template; markup beyond the allow-list is removed from its texts. Counts against
    the plan of the brand's account.
    """
    return created(response, await content.create_content(user, content=body))


@router.get("/search", name="search", responses=documented(401))
async def search_contents(user: CurrentUser, query: Annotated[SearchQuery, Query()]) -> SearchPage:
    """Searches the contents of your brands by their words.

    Words are stemmed in the language of the brand, and typing errors are allowed for. Each hit has its matches marked;
    the page has the facets of the matches on all pages. Of more than 1,000 matches, the first 1,000 in the order asked
    for are counted and can be read; by relevance, the 1,000 that changed last are ranked.
    """
    found = await content.search_contents(user, query=query)
    request = PageRequest(page=query.page, page_size=query.page_size)
    page = page_of(found.hits, found.total, request, "/api/v1/contents/search", query)
    return SearchPage(
        data=page.data,
        pagination=page.pagination,
        links=page.links,
        facets=found.facets,
        is_truncated=found.is_truncated,
    )


@router.get("/suggest", name="suggest", responses=documented(401))
async def suggest_contents(user: CurrentUser, query: Annotated[SuggestionQuery, Query()]) -> Success[list[Suggestion]]:
    """Suggests contents while you type: titles that begin with the text, then titles that hold something like it."""
    return Success(data=await content.suggest_contents(user, query=query))


@router.get("/{content_id}", name="get", response_model=Success[Content], responses={304: {}, **documented(401, 404)})
async def get_content(
    user: CurrentUser,
    response: Response,
    content_id: ContentId,
    if_none_match: Annotated[
        str | None, Header(alias="If-None-Match", description="The `ETag` of the answer that you have.")
    ] = None,
    fields: Fields = [],  # noqa: B006 - FastAPI copies it
    expand: Expand = [],  # noqa: B006 - FastAPI copies it
) -> Success[Content] | Response:
    """Returns a content with its texts.

    The `ETag` is the version, followed by a hash of what changes without it: what you may do, the score and
    names. Send it in `If-None-Match` to be answered 304 while nothing has changed, or in `If-Match` to change this
    version only.
    """
    selection = selection_of(Content, fields)
    item, beside = await content.get_content(user, content_id=content_id, expand=expand)
    if selection is not None:
        beside = f"{beside} {sorted(selection)}"
    # A browser may keep it, and asks each time whether it still holds.
    headers = {"ETag": access_tag(item.version, [beside]), "Cache-Control": "private, no-cache"}
    if is_unchanged(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if selection is not None:
        return selected(Success(data=item), selection | set(expand), headers)
    response.headers.update(headers)
    return Success(data=item)


@router.patch("/{content_id}", name="update", responses=documented(401, 403, 404, 409, 412, 428))
async def update_content(
    user: CurrentUser,
    response: Response,
    content_id: ContentId,
    version: Annotated[int, Depends(expected_version)],
    body: ContentChanges,
    is_autosave: Annotated[
        bool,
        Query(
            alias="autosave",
            description="Whether to make a minor version, in which fields may be incomplete. The latest ten are kept.",
        ),
    ] = False,
    note: Annotated[
        StorableText,
        Field(max_length=2000),
        Query(description="A note for the list of versions, at most 2,000 characters."),
    ] = "",
) -> Success[Content]:
    """Changes the fields that the body names. Requires `If-Match` with the version you read.

    Answers 412 with the current version if another user changed the content since. An edit voids the approvals of a
    review, and makes an approved content a draft.
    """
    update = Update(changes=body, expected_version=version, is_autosave=is_autosave, note=note)
    return with_tag(response, await content.update_content(user, content_id=content_id, update=update))


@router.delete("/{content_id}", name="delete", status_code=204, responses=documented(401, 403, 404, 409, 412))
async def delete_content(user: CurrentUser, content_id: ContentId, version: ExpectedVersion) -> Response:
    """Moves a content to the bin, from which it can be restored. Its review is cancelled.

    For admins of the brand, and for creators of drafts. Published and scheduled contents are archived or unscheduled
    first. With `If-Match`, only the version you read is deleted.
    """
    await content.delete_content(user, content_id=content_id, expected_version=version)
    return Response(status_code=204)


@router.post("/{content_id}/restore", name="restore", responses=documented(401, 403, 404, 409, 422))
async def restore_content(user: CurrentUser, response: Response, content_id: ContentId) -> Success[Content]:
    """Brings a deleted content back from the bin, as it was. For those who may delete it."""
    return with_tag(response, await content.act(user, content_id=content_id, action=Restoration()))


@router.post(
    "/{content_id}/duplicate", name="duplicate", status_code=201, responses=documented(401, 403, 404, 409, 422)
)
async def duplicate_content(
    user: CurrentUser, response: Response, content_id: ContentId, body: Duplication
) -> Success[Content]:
    """Creates a draft with the text of a content, also in another brand in which you may create contents.

    A copy in another brand has no fields that point at files or products, and no brief without its template.
    """
    return created(response, await content.act(user, content_id=content_id, action=body))


@router.get("/{content_id}/score", name="get_score", responses=documented(401, 404))
async def get_score(user: CurrentUser, content_id: ContentId) -> Success[Score]:
    """Returns the score of a content and the parts that it is made of."""
    return Success(data=await content.get_score(user, content_id=content_id))


@router.get("/{content_id}/events", name="list_events", responses=documented(401, 404))
async def list_history(user: CurrentUser, page: Paging, content_id: ContentId) -> Page[HistoryEntry]:
    """Lists the events of a content, of its reviews, comments and generations, oldest first."""
    items, total = await content.list_history(user, content_id=content_id, page=page)
    return page_of(items, total, page, f"{path_of(content_id)}/events", {})
