"""/api/v1/activity"""

from typing import Annotated

from fastapi import APIRouter, Query

from lib import content
from lib.content import ActivityEntry, ActivityQuery
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import CursorPage, cursor_page_of
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/activity", tags=["activity"])


@router.get("", name="list", responses=documented(401, 404))
async def list_activity(user: CurrentUser, query: Annotated[ActivityQuery, Query()]) -> CursorPage[ActivityEntry]:
    """Lists the events of a brand that you may read, newest first: actor, verb and object of each."""
    entries, following = await content.list_activity(user, query=query)
    return cursor_page_of(
        entries, query.page_size, "/api/v1/activity", query, cursor=query.cursor, next_cursor=following
    )
