"""/api/v1/contents/{contentId}/watchers: members who are notified of a content."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path

from lib.core.auth.principal import CurrentPerson, CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Page, PageRequest, Success, page_of, page_request
from lib.core.http.models import PersonReference
from lib.core.http.routes import Route
from lib.notify import watching
from lib.notify.watching import Watching

router = APIRouter(route_class=Route, prefix="/api/v1/contents/{content_id}/watchers", tags=["notifications"])

type ContentId = Annotated[UUID, Path(description="The id of the content.")]
type Paging = Annotated[PageRequest, Depends(page_request)]


@router.get("", name="list_watchers", responses=documented(401, 403, 404))
async def list_watchers(user: CurrentUser, page: Paging, content_id: ContentId) -> Page[PersonReference]:
    """Lists the members who watch a content: its creator, its commenters, and members who chose to watch it."""
    people, total = await watching.list_watchers(user, content_id=content_id, page=page)
    return page_of(people, total, page, f"/api/v1/contents/{content_id}/watchers", {})


@router.get("/me", name="get_watching", responses=documented(401, 403, 404))
async def get_watching(person: CurrentPerson, content_id: ContentId) -> Success[Watching]:
    """Returns whether you watch a content."""
    return Success(data=await watching.is_watching(person, content_id=content_id))


@router.put("/me", name="watch", responses=documented(401, 403, 404))
async def watch(person: CurrentPerson, content_id: ContentId) -> Success[Watching]:
    """Watches a content: you are notified of decisions, comments and changes."""
    return Success(data=await watching.set_watching(person, content_id=content_id, is_watching=True))


@router.delete("/me", name="unwatch", responses=documented(401, 403, 404))
async def unwatch(person: CurrentPerson, content_id: ContentId) -> Success[Watching]:
    """Stops watching a content, also if you created it or commented on it.

    You are still notified of mentions and replies.
    """
    return Success(data=await watching.set_watching(person, content_id=content_id, is_watching=False))
