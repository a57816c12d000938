"""/api/v1/publications and /api/v1/contents/{contentId}/publication: publications of contents to channels."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import CursorPage, Success, cursor_page_of
from lib.core.http.routes import Route
from lib.publishing import saga
from lib.publishing.saga import Publication, PublicationQuery

router = APIRouter(route_class=Route, prefix="/api/v1", tags=["publications"])

type ContentId = Annotated[UUID, Path(description="The id of the content.")]


@router.get("/publications", name="list_publications", responses=documented(401, 404))
async def list_publications(user: CurrentUser, query: Annotated[PublicationQuery, Query()]) -> CursorPage[Publication]:
    """Lists publications of contents that you may read, newest first."""
    items, following = await saga.list_publications(user, query=query)
    return cursor_page_of(
        items, query.page_size, "/api/v1/publications", query, cursor=query.cursor, next_cursor=following
    )


@router.get("/contents/{content_id}/publication", name="get_publication", responses=documented(401, 404, 422))
async def get_publication(user: CurrentUser, content_id: ContentId) -> Success[Publication]:
    """Returns the current or last publication of a content: its step, attempts, errors and state on each channel.

    Requires permission to read the content.
    """
    return Success(data=await saga.get_publication(user, content_id=content_id))


@router.post(
    "/contents/{content_id}/publication/cancel",
    name="cancel_publication",
    responses=documented(401, 403, 404, 409, 422),
)
async def cancel_publication(user: CurrentUser, content_id: ContentId) -> Success[Publication]:
    """Cancels a publication that is under way, and withdraws the content from the channels that have it already.

    If the publication failed or was cancelled and channels may still have the content, withdraws it again.

    Requires the permission `content.publish`.
    """
    return Success(data=await saga.cancel_publication(user, content_id=content_id))


@router.post(
    "/contents/{content_id}/publication/retry",
    name="retry_publication",
    responses=documented(401, 403, 404, 409, 422),
)
async def retry_publication(user: CurrentUser, content_id: ContentId) -> Success[Publication]:
    """Retries a publication.

    Continues a publication that waits for its next attempt, retries failed channels, restarts a failed or cancelled
    publication, and sends a published content to channels that do not have it. Requires the permission
    `content.publish`. A publication can be restarted only if the content is publishable.
    """
    return Success(data=await saga.retry_publication(user, content_id=content_id))
